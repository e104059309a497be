import { changesIn, type ListedShard, type ShardList } from '#merkle/shard-list.js';
import type { Family } from './shard.js';
import type { ShardRecord } from './shard-record.repository.js';

/**
 * The list of these shards. One that was closed is open in it until its last head is in the root log, which `isFinal` tells:
 * whoever reads that it is closed finds its end there. The version counts what the list says, so it grows with it.
 */
export function listOf(
  family: Family,
  records: readonly ShardRecord[],
  isFinal: (record: ShardRecord) => boolean,
): ShardList {
  const shards = records.map((record) => listed(family, record, isFinal(record)));
  return {
    family: family.origin,
    version: changesIn({ shards }),
    root: { key: family.root.signer.key, at: placeOf(family.root.path, family) },
    shards,
  };
}

function listed(family: Family, record: ShardRecord, isFinal: boolean): ListedShard {
  const { number, partition, openedAt, closedAt, size, root } = record;
  const { signer, path } = family.shard(number);
  const shard = { number, partition, key: signer.key, at: placeOf(path, family), opened: openedAt.toISOString() };
  if (closedAt === undefined || !isFinal) return shard;
  return { ...shard, closed: { time: closedAt.toISOString(), size, root } };
}

function placeOf(path: string, family: Family): string {
  return `${path.slice(family.path === '' ? 0 : family.path.length + 1)}/`;
}
