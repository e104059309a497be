import type { PublishedLog } from '../publication/published-log.js';
import type { Publisher } from '../publication/publisher.js';
import type { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { LogCosigner } from '../witnessing/log-cosigner.js';
import type { Shard } from './shard.js';

/** A shard at work: what is appended to it, and what its readers see. */
export interface ShardLog {
  readonly shard: Shard;
  readonly sequencer: ShardSequencer;
  readonly published: PublishedLog;
  readonly publisher: Publisher;
  /** Absent where nobody is asked to cosign. */
  readonly cosigner: LogCosigner | undefined;
}

/** What readers need of it. */
export type ReadableLog = Pick<ShardLog, 'shard' | 'published'>;

/** All shards of this ledger. */
export class ShardLogs {
  constructor(readonly all: readonly ShardLog[]) {}

  find(number: number): ShardLog | undefined {
    return this.all.find(({ shard }) => shard.number === number);
  }
}
