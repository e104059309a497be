import type { Checkpoint } from '#merkle/checkpoint.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { readRootEntry } from '#merkle/root-entry.js';
import { LedgerError } from '../ledger-error.js';
import type { PublishedLog } from '../publication/published-log.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import type { SignedHead } from '../publication/signed-heads.js';
import type { Candidate } from '../sequencing/candidate.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import { ROOT_SHARD, type Shard } from '../shards/shard.js';
import type { RunningLog, ReadableLog } from '../shards/shard-log.js';
import type { ShardRecordRepository } from '../shards/shard-record.repository.js';
import { rootCandidate } from './root-candidate.js';

export interface RootLogParts {
  readonly log: Pick<RunningLog, 'sequencer' | 'publisher'>;
  readonly sequenced: SequencedLogRepository;
  readonly sequencing: Pick<SequencingRepository, 'known'>;
  readonly records: ShardRecordRepository;
}

/** Entries that are looked through at once, when it is opened. */
const AT_ONCE = 1000;

/**
 * The log of the shards' published checkpoints and of the lists of shards: what ties all logs of a family into one history.
 * Of each shard it has heads that only grow, each the continuation of the one before, and never two of one size.
 */
export class RootLog {
  /** Of each shard the head that was entered last, by origin. */
  private readonly last = new Map<string, Checkpoint>();
  /** Where in the log those are of which the database has no note yet, by origin. */
  private readonly unnoted = new Map<string, number>();
  /** How many of its entries were looked at, and whether those are all. */
  private size = 0;
  private isComplete = false;

  private constructor(private readonly parts: RootLogParts) {}

  /** Reads what was entered last of each shard, by the notes of where that is and by whatever came after them. */
  static async open(parts: RootLogParts): Promise<RootLog> {
    const root = new RootLog(parts);
    const noted = (await parts.records.all()).flatMap(({ rooted }) => (rooted === undefined ? [] : [rooted]));
    for (const index of noted.toSorted((a, b) => a - b)) await root.recall(index, index + 1);
    root.unnoted.clear();
    await root.recallRest();
    return root;
  }

  lastOf({ origin }: Pick<Shard, 'origin'>): Checkpoint | undefined {
    return this.last.get(origin);
  }

  /** Whether this head has no place yet. Throws CHECKPOINT_TAKEN where another of its size has one. */
  lacks({ shard, published }: ReadableLog): boolean {
    const last = this.lastOf(shard);
    const { size, root } = published.head;
    if (last?.size === size && Buffer.compare(last.root, root) !== 0) throw taken(shard.origin, size);
    return last === undefined || size > last.size;
  }

  /**
   * Enters the heads that readers of these logs see now, each as the signed note that it is, after the digest of a list if
   * one is given. What is there already is passed over: safe to repeat. Resolves, when it is durable, with the size of the
   * log that has all of it. Throws CHECKPOINT_TAKEN where another head of one size, or another list of one version, is
   * there, and PUBLISHED_DIFFERS where a log does not continue what was entered of it.
   */
  async enter(logs: readonly ReadableLog[], list?: string): Promise<number> {
    await this.recallRest();
    const heads = logs
      .filter((log) => this.lacks(log))
      .map(({ shard, published }) => ({ shard, published, head: published.head }));
    for (const { shard, published, head } of heads) await this.requireContinued(shard, published, head);
    const candidates = [...(list === undefined ? [] : [list]), ...heads.map(({ head }) => head.note)].map(
      rootCandidate,
    );
    if (candidates.length === 0) {
      await this.note(logs);
      return this.size;
    }
    // Unless it resolves it is unknown what is there.
    this.isComplete = false;
    const { fresh } = await this.parts.log.sequencer.append(candidates);
    await this.requireKnown(candidates.filter(({ event }) => !fresh.some((one) => one.event === event)));
    await this.recallRest();
    await this.note(logs);
    this.parts.log.publisher.wake(this.size);
    return this.size;
  }

  /** Whether this note was entered, to the byte. What was entered is published before anything that is entered after it. */
  async has(note: string): Promise<boolean> {
    const candidate = rootCandidate(note);
    const known = await this.parts.sequencing.known([candidate]);
    return known.some(({ leaf }) => Buffer.compare(leaf, candidate.leaf) === 0);
  }

  /** Takes in what came after what is known. */
  private async recallRest(): Promise<void> {
    if (this.isComplete) return;
    const size = (await this.parts.sequenced.head(ROOT_SHARD))?.size ?? 0;
    while (this.size < size) await this.recall(this.size, Math.min(size, this.size + AT_ONCE));
    this.isComplete = true;
  }

  private async recall(from: number, to: number): Promise<void> {
    for (const [at, entry] of (await this.parts.sequenced.entries(ROOT_SHARD, from, to)).entries()) {
      const read = readRootEntry(entry);
      if (read.kind !== 'checkpoint') continue;
      this.last.set(read.checkpoint.origin, read.checkpoint);
      this.unnoted.set(read.checkpoint.origin, from + at);
    }
    this.size = Math.max(this.size, to);
  }

  /**
   * All that has no note, also what a process before this one entered: whoever opens the log looks at nothing before the
   * last note but at what has one, and a closed shard is never entered again.
   */
  private async note(logs: readonly ReadableLog[]): Promise<void> {
    const places = logs.flatMap(({ shard }) => {
      const index = this.unnoted.get(shard.origin);
      return index === undefined ? [] : [{ ...shard, index }];
    });
    if (places.length === 0) return;
    await this.parts.records.noteRooted(new Map(places.map(({ number, index }) => [number, index])));
    for (const { origin } of places) this.unnoted.delete(origin);
  }

  /** The heads were published, so this holds unless the tiles or the database were changed since. */
  private async requireContinued({ origin }: Shard, published: PublishedLog, head: SignedHead): Promise<void> {
    const last = this.last.get(origin);
    if (last === undefined) return;
    try {
      const proof = await consistencyProof(last.size, head.size, published, nodeTreeHash);
      verifyConsistency(proof, last, head, nodeTreeHash);
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      throw new LedgerError(
        'PUBLISHED_DIFFERS',
        `${origin} at size ${head.size} does not continue its checkpoint of size ${last.size} in the root log: ${error.message}`,
      );
    }
  }

  /** What was not fresh must be there to the byte. */
  private async requireKnown(old: readonly Candidate[]): Promise<void> {
    if (old.length === 0) return;
    const known = await this.parts.sequencing.known(old);
    const other = old.find(({ leaf }) => !known.some((one) => Buffer.compare(one.leaf, leaf) === 0));
    if (other !== undefined)
      throw new LedgerError(
        'CHECKPOINT_TAKEN',
        `the root log has another note of the same name as\n${String(other.entry)}`,
      );
  }
}

function taken(origin: string, size: number): LedgerError {
  return new LedgerError('CHECKPOINT_TAKEN', `the root log has another head of ${origin} at size ${size}`);
}
