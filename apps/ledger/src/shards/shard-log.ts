import type { PublishedLog } from '../publication/published-log.js';
import type { Publisher } from '../publication/publisher.js';
import type { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { LogCosigner } from '../witnessing/log-cosigner.js';
import type { Shard } from './shard.js';

/** A log at work: what is appended to it, and what its readers see. */
export interface RunningLog {
  readonly shard: Shard;
  readonly sequencer: ShardSequencer;
  readonly published: PublishedLog;
  readonly publisher: Publisher;
  /** Absent where nobody is asked to cosign. */
  readonly cosigner: LogCosigner | undefined;
}

/** A shard at work. */
export interface ShardLog extends RunningLog {
  /** Whose events it takes, or took until it was closed. */
  readonly partition: number;
}

/** What readers need of it. */
export type ReadableLog = Pick<ShardLog, 'shard' | 'published'>;

/** All shards of this ledger, old ones included. */
export class ShardLogs {
  private readonly logs: ShardLog[];
  private readonly closed = new Set<number>();

  constructor(logs: readonly ShardLog[]) {
    this.logs = [...logs];
  }

  /** By number. */
  get all(): readonly ShardLog[] {
    return this.logs;
  }

  find(number: number): ShardLog | undefined {
    return this.logs.find(({ shard }) => shard.number === number);
  }

  /** The one that takes the events of this partition. */
  taking(partition: number): ShardLog | undefined {
    return this.logs.findLast((log) => log.partition === partition && !this.isClosed(log.shard.number));
  }

  isClosed(number: number): boolean {
    return this.closed.has(number);
  }

  add(log: ShardLog): void {
    this.logs.push(log);
  }

  close(number: number): void {
    this.closed.add(number);
  }
}
