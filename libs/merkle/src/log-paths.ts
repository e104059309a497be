// What else than tiles (see tile.ts) is published of a log and of a family of logs, under their paths.

/** In a log's folder: its checkpoint. */
export const CHECKPOINT = 'checkpoint';
/** In a family's folder: the list of its shards. */
export const SHARD_LIST = 'shards';
/** The folder below it with each version of the list that was shown: what is here once stays. */
export const SHARD_LIST_VERSIONS = 'lists';

/** Of the list that is shown now, or of the one that has this version. */
export function shardListPath(version?: number): string {
  return version === undefined ? SHARD_LIST : `${SHARD_LIST_VERSIONS}/${version}`;
}
