import { familyOf } from './shard.js';
import { listOf } from './list-of.js';
import { lostShards, planShards } from './plan-shards.js';
import { LEDGER_KEY } from '../../test/a-log.js';
import type { ShardRecord } from './shard-record.repository.js';

const family = familyOf('ledger.test/log', LEDGER_KEY);
const [JANUARY, JUNE] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-06-01T00:00:00Z')];

function aRecord(number: number, change: Partial<ShardRecord> = {}): ShardRecord {
  const { origin } = family.shard(number);
  const root = Buffer.alloc(32, number);
  return {
    ...{ number, origin, partition: number, openedAt: JANUARY, closedAt: undefined, size: 5, root, rooted: undefined },
    ...change,
  };
}
const ROTATED = [aRecord(0, { closedAt: JUNE }), aRecord(1), aRecord(2, { partition: 0, openedAt: JUNE, size: 0 })];
const places = (planned: ReturnType<typeof planShards>) => planned.map(({ number, partition }) => [number, partition]);

describe('planning', () => {
  it('gives each partition of a new family the shard of its number', () => {
    expect(places(planShards(family, [], 3))).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('gives a partition that is added the next number that no shard ever had', () => {
    expect(places(planShards(family, ROTATED, 3))).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 2],
    ]);
  });

  it('keeps the shards of partitions that are no longer asked for', () => {
    expect(places(planShards(family, ROTATED, 1))).toEqual(places(planShards(family, ROTATED, 2)));
  });
});

describe('the list', () => {
  it('has a larger version after each change, and the end of a shard once that is final', () => {
    const before = listOf(family, ROTATED.slice(0, 2), () => true);
    const opened = listOf(family, ROTATED, () => false);
    const closed = listOf(family, ROTATED, () => true);
    expect([before.version, opened.version, closed.version]).toEqual([3, 3, 4]);
    expect(opened.shards.map((shard) => shard.closed)).toEqual([undefined, undefined, undefined]);
    expect(closed.shards[0]?.closed).toEqual({ time: JUNE.toISOString(), size: 5, root: Buffer.alloc(32) });
    expect(closed.shards[1]?.closed).toBeUndefined();
  });

  it('names each log by where it is, from the folder of the list', () => {
    const { root, shards } = listOf(family, ROTATED, () => true);
    expect([root, ...shards].map(({ key, at }) => [key.name, at])).toEqual([
      ['ledger.test/log/root', 'root/'],
      ['ledger.test/log/0', '0/'],
      ['ledger.test/log/1', '1/'],
      ['ledger.test/log/2', '2/'],
    ]);
    expect(listOf(familyOf('ledger.test', LEDGER_KEY), ROTATED, () => true).shards[0]?.at).toBe('0/');
  });
});

describe('what a database has lost', () => {
  it('is nothing where it has all that the list names', () => {
    expect(
      lostShards(
        listOf(family, ROTATED, () => true),
        ROTATED,
      ),
    ).toEqual([]);
    expect(
      lostShards(
        listOf(family, ROTATED.slice(1), () => true),
        ROTATED,
      ),
    ).toEqual([]);
  });

  it('is the shards that it does not have, and that one was closed', () => {
    const lost = lostShards(
      listOf(family, ROTATED, () => true),
      [aRecord(0), aRecord(1)],
    );
    expect(lost).toMatchObject([
      { number: 0, closedAt: JUNE },
      { number: 2, partition: 0, openedAt: JUNE, closedAt: undefined },
    ]);
  });

  it('is that one was closed although the list does not say so yet: its successor is there', () => {
    const lost = lostShards(
      listOf(family, ROTATED, () => false),
      [aRecord(0), aRecord(1)],
    );
    expect(lost).toMatchObject([
      { number: 0, closedAt: JUNE },
      { number: 2, closedAt: undefined },
    ]);
  });
});
