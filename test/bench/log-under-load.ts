import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { waitUntil } from '#embedded/wait-until.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { openDatabase } from '#platform/database/open-database.js';
import { migrations } from '../../apps/ledger/src/migrations/migrations.js';
import { FileTileStore } from '../../apps/ledger/src/publication/file-tile-store.js';
import { openLog } from '../../apps/ledger/src/publication/open-log.js';
import type { PublishedLog } from '../../apps/ledger/src/publication/published-log.js';
import { Publisher } from '../../apps/ledger/src/publication/publisher.js';
import { SequencedLogRepository } from '../../apps/ledger/src/publication/sequenced-log.repository.js';
import type { Candidate } from '../../apps/ledger/src/sequencing/candidate.js';
import { SequencingRepository } from '../../apps/ledger/src/sequencing/sequencing.repository.js';
import { packAhead, ShardSequencer } from '../../apps/ledger/src/sequencing/shard-sequencer.js';
import { shardsOf } from '../../apps/ledger/src/shards/shard.js';

/** An entry as it comes to the ledger. */
export interface RawEntry {
  /** A UUID. */
  readonly event: string;
  readonly entry: Uint8Array;
}

export interface PreparedBatch {
  readonly candidates: readonly Candidate[];
  readonly packed: Promise<Buffer>;
}

interface Waiting {
  /** The log's size with it. */
  readonly size: number;
  readonly since: number;
}

const PATIENCE_MS = 60_000;
/** Of an event's contract: any will do. */
const TAG = 1;

/** One log in this process, as the ledger runs it: it is published to files while entries are appended. */
export class LogUnderLoad implements AsyncDisposable {
  private readonly waiting: Waiting[] = [];
  /** Milliseconds between a batch's being sequenced and its being published, the longest so far. */
  longestWait = 0;

  private constructor(
    private readonly sequencer: ShardSequencer,
    private readonly log: PublishedLog,
    private readonly publisher: Publisher,
    private readonly close: () => Promise<unknown>,
  ) {}

  /** In an empty database and an empty folder. A failed publication rejects `untilPublished`. */
  static async open(url: string, folder: string): Promise<LogUnderLoad> {
    const database = await openDatabase({ url, name: 'bench', migrations });
    const [shard] = shardsOf('bench.localhost', 1, generateKeyPairSync('ed25519').privateKey);
    if (shard === undefined) throw new Error('there is no shard');
    const { number, signer } = shard;
    const [store, sequenced] = [await FileTileStore.open(folder), new SequencedLogRepository(database)];
    const { log } = await openLog({ shard: number, signer, store, sequenced, hash: nodeTreeHash });
    const repository = new SequencingRepository(database);
    const sequencer = await ShardSequencer.start(number, shard.origin, repository, nodeTreeHash);
    const reported: { onPublished?: () => void } = {};
    const publisher = new Publisher({
      ...{ shard: number, epoch: sequencer.epoch, log, sequenced },
      onPublished: () => reported.onPublished?.(),
      onError: (error) => {
        console.error('not published:', error);
      },
      onFinal: (error) => {
        console.error('not published:', error);
      },
    });
    const self = new LogUnderLoad(sequencer, log, publisher, () => database.destroy());
    reported.onPublished = () => {
      self.settle();
    };
    publisher.start();
    return self;
  }

  /** What the ledger does of an append while the one before it is committed: hashes the entries, and packs them. */
  prepare(batch: readonly RawEntry[]): PreparedBatch {
    const candidates = batch.map((one) => ({ ...one, tag: TAG, leaf: nodeTreeHash.leaf(one.entry) }));
    return { candidates, packed: packAhead(candidates) };
  }

  /** Deduplicated, indexed and durable when it resolves, and soon published. */
  async append({ candidates, packed }: PreparedBatch): Promise<void> {
    const { first, fresh } = await this.sequencer.append(candidates, packed);
    const size = first + fresh.length;
    this.waiting.push({ size, since: performance.now() });
    this.publisher.wake(size);
  }

  /** Rejects if what was appended is not published within a minute. */
  async untilPublished(): Promise<void> {
    if (await waitUntil(() => this.waiting.length === 0, PATIENCE_MS)) return;
    throw new Error(`${this.waiting.length} batches were not published within ${PATIENCE_MS / 1000} s`);
  }

  private settle(): void {
    const now = performance.now();
    while (this.waiting[0] !== undefined && this.waiting[0].size <= this.log.head.size) {
      this.longestWait = Math.max(this.longestWait, now - this.waiting[0].since);
      this.waiting.shift();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.publisher.stop();
    await this.close();
  }
}

/** Entries of this many bytes, each unlike any other. */
export function rawEntries(count: number, bytes: number): readonly RawEntry[] {
  return Array.from({ length: count }, () => {
    const event = randomUUID();
    const entry = Buffer.from(JSON.stringify({ id: event, filler: randomUUID().repeat(12) }).slice(0, bytes));
    return { event, entry };
  });
}
