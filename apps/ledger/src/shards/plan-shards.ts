import type { ShardList } from '#merkle/shard-list.js';
import type { Family } from './shard.js';
import { nextNumber, type NewShard, type ShardRecord } from './shard-record.repository.js';

/** A shard that is to be opened; those that are not in the database yet have no record. */
export interface PlannedShard extends NewShard {
  readonly record?: ShardRecord;
}

/**
 * Every shard that there was, by number, and a new one for each of the partitions 0 to `partitions` - 1 that no open shard
 * takes the events of. A database that has more partitions keeps them.
 */
export function planShards(family: Family, records: readonly ShardRecord[], partitions: number): PlannedShard[] {
  const taken = new Set(records.filter(({ closedAt }) => closedAt === undefined).map(({ partition }) => partition));
  const free = Array.from({ length: partitions }, (_, partition) => partition).filter((one) => !taken.has(one));
  const first = nextNumber(records);
  return [
    ...records.map((record) => ({ ...record, record })),
    ...free.map((partition, at) => ({ number: first + at, origin: family.shard(first + at).origin, partition })),
  ];
}

/** A shard as the published list has it, for a database that has not. */
export interface LostShard extends NewShard {
  readonly openedAt: Date;
  readonly closedAt: Date | undefined;
}

/** What the published list knows and the database does not: shards, and that they were closed. By number. */
export function lostShards({ shards }: ShardList, records: readonly ShardRecord[]): LostShard[] {
  const known = new Map(records.map((record) => [record.number, record]));
  return shards
    .map(({ number, key, partition, opened, closed }) => {
      // A successor is opened in the step that closes the one before, whose last head may have been listed later.
      const next = shards.find((one) => one.partition === partition && one.number > number);
      const end = closed?.time ?? next?.opened;
      const closedAt = end === undefined ? undefined : new Date(end);
      return { ...{ number, partition, closedAt }, origin: key.name, openedAt: new Date(opened) };
    })
    .filter(({ number, closedAt }) => {
      const record = known.get(number);
      return record === undefined || (closedAt !== undefined && record.closedAt === undefined);
    });
}
