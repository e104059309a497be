import type { DataSource } from 'typeorm';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import { ROOT_SHARD } from './shard.js';

/** A shard as the database has it. */
export interface ShardRecord {
  readonly number: number;
  readonly origin: string;
  readonly partition: number;
  readonly openedAt: Date;
  /** Absent while it takes events. Size and root never change after. */
  readonly closedAt: Date | undefined;
  readonly size: number;
  readonly root: Buffer;
  /** Where in the root log its checkpoint is that was entered last, as far as was noted. */
  readonly rooted: number | undefined;
}

export type NewShard = Pick<ShardRecord, 'number' | 'origin' | 'partition'>;

interface Row extends Omit<ShardRecord, 'size' | 'closedAt' | 'rooted'> {
  readonly closedAt: Date | null;
  readonly size: string;
  readonly rooted: string | null;
}

/** Which shards there are, apart from what is in them. */
export class ShardRecordRepository {
  constructor(private readonly database: DataSource) {}

  /** By number, without the root log. */
  async all(): Promise<readonly ShardRecord[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT number, origin, coalesce(partition, number) AS partition, opened_at AS "openedAt", closed_at AS "closedAt",
         size, root, rooted
       FROM shard WHERE number <> $1 ORDER BY number`,
      [ROOT_SHARD],
    );
    return rows.map(({ closedAt, size, rooted, ...row }) => ({
      ...row,
      closedAt: closedAt ?? undefined,
      size: Number(size),
      rooted: rooted === null ? undefined : Number(rooted),
    }));
  }

  /** Safe to repeat. False where the number is another partition's, which another process gave it. */
  async open({ number, origin, partition }: NewShard, at?: Date): Promise<boolean> {
    await this.database.query(
      `INSERT INTO shard (number, origin, partition, opened_at, epoch, size, root, frontier)
       VALUES ($1, $2, $3, coalesce($4::timestamptz, now()), 0, 0, $5, '') ON CONFLICT DO NOTHING`,
      [number, origin, partition, at, Buffer.from(EMPTY_ROOT)],
    );
    const rows = await this.database.query<unknown[]>(
      'SELECT FROM shard WHERE number = $1 AND origin = $2 AND coalesce(partition, number) = $3',
      [number, origin, partition],
    );
    return rows.length === 1;
  }

  /**
   * Closes a shard and opens its successor, in one step: a crash leaves both or neither. What is being appended meanwhile
   * is in it, or is refused with SHARD_CLOSED. False where the shard is closed or is not there. Rejects where the number of
   * the successor was taken meanwhile.
   */
  async succeed(
    shard: Pick<ShardRecord, 'number' | 'origin'>,
    successor: Omit<NewShard, 'partition'>,
  ): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH closed AS (
         UPDATE shard SET closed_at = now(), partition = coalesce(partition, number)
         WHERE number = $1 AND origin = $2 AND closed_at IS NULL RETURNING partition
       )
       INSERT INTO shard (number, origin, partition, epoch, size, root, frontier)
       SELECT $3, $4, partition, 0, 0, $5, '' FROM closed RETURNING number`,
      [shard.number, shard.origin, successor.number, successor.origin, Buffer.from(EMPTY_ROOT)],
    );
    return rows.length === 1;
  }

  /** As a list says that it was closed: for a database that lost it. Safe to repeat. */
  async close(number: number, at: Date): Promise<void> {
    await this.database.query('UPDATE shard SET closed_at = $2 WHERE number = $1 AND closed_at IS NULL', [number, at]);
  }

  async noteRooted(rooted: ReadonlyMap<number, number>): Promise<void> {
    await this.database.query(
      'UPDATE shard SET rooted = one.index FROM unnest($1::smallint[], $2::bigint[]) AS one (number, index) WHERE shard.number = one.number',
      [[...rooted.keys()], [...rooted.values()]],
    );
  }
}

/** The number of the shard that will be opened next. */
export function nextNumber(records: readonly Pick<ShardRecord, 'number'>[]): number {
  return Math.max(-1, ...records.map(({ number }) => number)) + 1;
}
