import { Problem } from '#exchange/problem.js';
import type { ShardLog, ShardLogs } from '../shards/shard-log.js';

/** Throws NOT_FOUND. */
export function findLog(logs: ShardLogs, shard: number): ShardLog {
  const log = logs.find(shard);
  if (log === undefined) throw new Problem('NOT_FOUND', `there is no shard ${shard}`);
  return log;
}

/** Throws NOT_FOUND unless `size` entries are published. */
export function requirePublished({ shard, published }: ShardLog, size: number): void {
  if (size <= published.head.size) return;
  throw new Problem('NOT_FOUND', `shard ${shard.number} has ${published.head.size} published entries`);
}
