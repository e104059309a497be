import { CompactRange } from '#merkle/compact-range.js';
import type { TreeHash } from '#merkle/tree-hash.js';
import { LedgerError } from '../ledger-error.js';
import { withoutDuplicates, type Candidate, type Placed, type Sorted } from './candidate.js';
import { packEntries } from './packed-entries.js';
import type { Growth, SequencingRepository, ShardHead } from './sequencing.repository.js';
import { labelOf } from '../shards/shard.js';

export interface Appended {
  /** The index of the first; those of `fresh` follow one another. */
  readonly first: number;
  readonly fresh: readonly Placed[];
  readonly duplicates: number;
}

/**
 * Packs candidates before it is their turn to be appended: while those before them are committed, for instance. A failure
 * is told to whoever appends them.
 */
export function packAhead(candidates: readonly Candidate[]): Promise<Buffer> {
  const packed = packEntries(candidates.map((one) => one.entry));
  packed.catch(() => undefined);
  return packed;
}

/** Tries of one batch. More than one is needed after a duplicate or a lost connection, more than two hardly ever. */
const TRIES = 5;

/**
 * The one writer of a shard. A batch becomes one transaction, in the order of the calls. What the log has already is
 * dropped, so every append is safe to repeat, and after a rejection it must be: whether it happened is unknown then.
 */
export class ShardSequencer {
  /** Undefined where the database has to be asked: after a rejection it may or may not have grown. */
  private head: ShardHead | undefined;
  /** Redelivery comes in runs. While there is none, the index itself tells, and the look-up before it is spared. */
  private expectsDuplicates = true;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly shard: number,
    readonly epoch: number,
    private readonly repository: SequencingRepository,
    private readonly hash: TreeHash,
  ) {}

  /** Takes the shard over: from here on every earlier writer of it is refused. Throws ORIGIN_CHANGED. */
  static async start(
    shard: number,
    origin: string,
    repository: SequencingRepository,
    hash: TreeHash,
  ): Promise<ShardSequencer> {
    const head = await repository.takeOver(shard, origin);
    if (head === undefined) {
      throw new LedgerError(
        'ORIGIN_CHANGED',
        `in this database shard ${labelOf(shard)} is not ${origin}: a log keeps its name for ever; set LEDGER_ORIGIN back`,
      );
    }
    return new ShardSequencer(shard, head.epoch, repository, hash);
  }

  /**
   * Durable when it resolves. Throws FENCED once a newer writer has taken over, and for ever after; SHARD_CLOSED once it
   * was closed. `packed`: of these candidates.
   */
  append(candidates: readonly Candidate[], packed = packAhead(candidates)): Promise<Appended> {
    const result = this.turn.then(() => this.place(candidates, packed));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async place(candidates: readonly Candidate[], packed: Promise<Buffer>): Promise<Appended> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const from = await this.currentHead();
      const known = this.expectsDuplicates ? await this.repository.known(candidates) : [];
      const sorted = withoutDuplicates(candidates, known);
      if (await this.grow(from, sorted, packed)) return { first: from.size, ...sorted };
    }
    throw new LedgerError('UNSETTLED', `a batch of shard ${labelOf(this.shard)} found no place in ${TRIES} tries`);
  }

  private async grow(from: ShardHead, { fresh, duplicates }: Sorted, packed: Promise<Buffer>): Promise<boolean> {
    if (fresh.length > 0) {
      const growth = await this.growth(from, fresh, duplicates === 0 ? packed : packAhead(fresh));
      this.head = undefined;
      const outcome = await this.repository.grow(growth);
      if (outcome !== 'superseded') this.head = outcome === 'committed' ? headAfter(growth) : from;
      if (outcome !== 'committed') {
        this.expectsDuplicates = true;
        return false;
      }
    }
    this.expectsDuplicates = duplicates > 0;
    return true;
  }

  private async growth(from: ShardHead, placed: readonly Placed[], packed: Promise<Buffer>): Promise<Growth> {
    const range = CompactRange.fromBytes(from.size, from.frontier, this.hash);
    range.appendAll(placed.map((one) => one.leaf));
    const { shard } = this;
    return { shard, from, placed, packed: await packed, root: range.root(), frontier: range.toBytes() };
  }

  private async currentHead(): Promise<ShardHead> {
    this.head ??= await this.repository.head(this.shard);
    if (this.head?.epoch !== this.epoch) {
      throw new LedgerError('FENCED', `another ledger has taken shard ${labelOf(this.shard)} over; this one must stop`);
    }
    if (this.head.isClosed)
      throw new LedgerError('SHARD_CLOSED', `shard ${labelOf(this.shard)} was closed: another follows`);
    return this.head;
  }
}

function headAfter({ from, placed, root, frontier }: Growth): ShardHead {
  return {
    epoch: from.epoch,
    size: from.size + placed.length,
    root: Buffer.from(root),
    frontier: Buffer.from(frontier),
    isClosed: false,
  };
}
