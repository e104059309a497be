import type { Family } from '../shards/shard.js';
import type { RunningLog } from '../shards/shard-log.js';
import type { ShardKeeper } from '../shards/shard-keeper.js';

/** What ties the shards together, as readers are given it. */
export class RootReader {
  constructor(
    readonly family: Pick<Family, 'origin' | 'path' | 'vkey'>,
    /** The log of the shards' checkpoints. */
    readonly log: Pick<RunningLog, 'shard' | 'published' | 'cosigner'>,
    /** Who shows the signed lists of shards. */
    readonly keeper: Pick<ShardKeeper, 'list' | 'versionShown'>,
  ) {}
}
