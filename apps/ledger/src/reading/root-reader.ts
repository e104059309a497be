import type { Family } from '../shards/shard.js';
import type { RunningLog } from '../shards/shard-log.js';
import type { ShardKeeper } from '../shards/shard-keeper.js';

/** What ties the shards together, as readers are given it. */
export class RootReader {
  constructor(
    readonly family: Pick<Family, 'origin' | 'path' | 'vkey'>,
    /** The log of the shards' checkpoints. */
    readonly log: Pick<RunningLog, 'shard' | 'published' | 'cosigner'>,
    private readonly keeper: Pick<ShardKeeper, 'list' | 'versionShown'>,
  ) {}

  /** The signed list of shards, once it is shown: the root log has its digest then. */
  get list(): ShardKeeper['list'] {
    return this.keeper.list;
  }

  /** The signed list of this version, if readers see it. */
  listVersion(version: number): Promise<string | undefined> {
    return this.keeper.versionShown(version);
  }
}
