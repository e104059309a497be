import type { DataSource } from 'typeorm';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import { queryPrepared } from '#platform/database/prepared.js';
import { isUniqueViolation } from '#platform/database/unique-violation.js';
import type { Candidate, Known, Placed } from './candidate.js';

/** The head of a shard's log. */
export interface ShardHead {
  /** Counts the writers that have taken the shard over. Only the last of them may append. */
  readonly epoch: number;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  /** As CompactRange writes it. */
  readonly frontier: Buffer;
  /** Whether it takes no more entries. */
  readonly isClosed: boolean;
}

export interface Growth {
  readonly shard: number;
  /** The head that it grows from. */
  readonly from: ShardHead;
  /** At least one. The first has index `from.size`. */
  readonly placed: readonly Placed[];
  readonly packed: Buffer;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
}

/** `duplicates`: an identity is there already. `superseded`: the head is no longer `from`. Both left nothing behind. */
export type GrowthOutcome = 'committed' | 'duplicates' | 'superseded';

interface HeadRow {
  readonly epoch: string;
  readonly size: string;
  readonly root: Buffer;
  readonly frontier: Buffer;
  readonly isClosed: boolean;
}

/**
 * One statement is the whole transaction, so a batch costs one round trip. Updating the head locks the shard's row; where
 * epoch or size have moved, or the shard was closed, `head` is empty and so nothing else happens. The setting makes the
 * commit durable before it is answered, whatever the server's default is. Index rows go in by their key, so that two shards
 * that are given the same events wait for one another but never in a circle.
 */
const GROW = {
  name: 'grow-log',
  text: `
  WITH head AS (
    UPDATE shard SET size = size + $4::integer, root = $5::bytea, frontier = $6::bytea
    WHERE number = $1::smallint AND epoch = $2::bigint AND size = $3::bigint AND closed_at IS NULL RETURNING number
  ), stored AS (
    INSERT INTO batch (shard, first, count, root, entries)
    SELECT number, $3::bigint, $4::integer, $5::bytea, $7::bytea FROM head
  ), indexed AS (
    INSERT INTO sequenced_event (event, index, variant, shard, tag, leaf)
    SELECT one.event, $3::bigint + one.place - 1, one.variant, number, one.tag,
      substr($11::bytea, (one.place * 32 - 31)::integer, 32)
    FROM head, unnest($8::uuid[], $9::smallint[], $10::integer[]) WITH ORDINALITY AS one (event, tag, variant, place)
    ORDER BY one.event, one.tag, one.variant
  )
  SELECT set_config('synchronous_commit', 'on', true) FROM head`,
};

export class SequencingRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * Makes the caller the shard's only writer: every earlier one is refused from now on. Undefined where the shard is there
   * under another origin.
   */
  async takeOver(shard: number, origin: string): Promise<ShardHead | undefined> {
    await this.database.query(
      `INSERT INTO shard (number, origin, epoch, size, root, frontier) VALUES ($1, $2, 0, 0, $3, '') ON CONFLICT DO NOTHING`,
      [shard, origin, Buffer.from(EMPTY_ROOT)],
    );
    const [rows] = await this.database.query<[HeadRow[], number]>(
      'UPDATE shard SET epoch = epoch + 1 WHERE number = $1 AND origin = $2 RETURNING epoch, size, root, frontier, closed_at IS NOT NULL AS "isClosed"',
      [shard, origin],
    );
    return rows[0] && toHead(rows[0]);
  }

  async head(shard: number): Promise<ShardHead | undefined> {
    const [row] = await this.database.query<HeadRow[]>(
      'SELECT epoch, size, root, frontier, closed_at IS NOT NULL AS "isClosed" FROM shard WHERE number = $1',
      [shard],
    );
    return row && toHead(row);
  }

  /** All of it or nothing; durable when `committed`. After a rejection it is unknown whether it happened. */
  async grow({ shard, from, placed, packed, root, frontier }: Growth): Promise<GrowthOutcome> {
    try {
      const rows = await queryPrepared(this.database, GROW, [
        shard,
        from.epoch,
        from.size,
        placed.length,
        root,
        frontier,
        packed,
        arrayOf(placed.map((one) => one.event)),
        arrayOf(placed.map((one) => one.tag)),
        arrayOf(placed.map((one) => one.variant)),
        Buffer.concat(placed.map((one) => one.leaf)),
      ]);
      return rows.length === 1 ? 'committed' : 'superseded';
    } catch (error) {
      if (isUniqueViolation(error, 'sequenced_event_pkey')) return 'duplicates';
      throw error;
    }
  }

  /** Which of these identities the log has, in any shard, each with every variant in their order. */
  async known(candidates: readonly Candidate[]): Promise<readonly Known[]> {
    return this.database.query<Known[]>(
      `SELECT event::text AS event, tag, leaf FROM sequenced_event
       WHERE (event, tag) IN (SELECT * FROM unnest($1::uuid[], $2::smallint[])) ORDER BY variant`,
      [candidates.map((one) => one.event), candidates.map((one) => one.tag)],
    );
  }
}

/** As PostgreSQL writes an array of what needs no quotes, which numbers and UUIDs do not; pg would quote each on its own. */
function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

function toHead(row: HeadRow): ShardHead {
  return { ...row, epoch: Number(row.epoch), size: Number(row.size) };
}
