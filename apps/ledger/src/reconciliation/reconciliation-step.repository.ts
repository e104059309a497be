import type { EntityManager } from 'typeorm';
import { textArray } from '#platform/database/binary-array.js';
import type { Place } from '#reconcile/finding.js';
import { MOST_RECORDS, exchangeOf } from '#reconcile/pair-records.js';
import type { PartySource } from '#reconcile/party-source.js';
import {
  isOfExchange,
  pairedTags,
  readRecord,
  type ExchangeRecord,
  type FreshRecord,
  type SequencedRecord,
} from '#reconcile/sequenced-record.js';
import { keyOf, type Sequence, type SequenceName } from '#reconcile/sequences.js';
import { unpackEntries } from '../sequencing/packed-entries.js';
import { ROOT_SHARD } from '../shards/shard.js';
import { nextInTime, requireUnbroken, type BatchHead } from './batch-heads.js';
import type { OpenExchange } from './exchanges.js';
import { requireAsLeft, totals, type Missing } from './totals.js';

interface BatchRow extends BatchHead {
  readonly entries: Buffer;
}

interface AttendedRow {
  readonly attended_at: Date;
  readonly missing: Missing;
}

interface ExchangeRow {
  readonly id: string;
  readonly due: Date;
  readonly records: readonly ExchangeRecord[];
}

/** Of each shard: most batches of a busy one are far from small. */
const MOST_BATCHES = 64;

/** What a step reads and stores. Of the log's own tables it only reads what is committed, without a lock. */
export class ReconciliationStep {
  constructor(readonly transaction: Pick<EntityManager, 'query'>) {}

  /**
   * Moves the clock by which deadlines run as far as the one on the wall went since it was moved last, but at most by so many
   * milliseconds and never back. Gives the time that it shows then: at first that of the wall. Throws RECONCILIATION_DAMAGED
   * where the tables do not hold what the reconciler has left there.
   */
  async attend(now: Date, most: number): Promise<Date> {
    const [rows] = await this.transaction.query<[AttendedRow[], number]>(
      `UPDATE reconciliation AS one SET cycle_at = $1::timestamptz, counted_at = $1, totals_at = $1,
         attended_at = coalesce(attended_at
           + least(greatest($1::timestamptz - cycle_at, interval '0'), $2::bigint * interval '1 millisecond'), $1),
         ${totals.set}
       FROM ${totals.from} AS there RETURNING attended_at, ${totals.missing} AS missing`,
      [now, most],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the row of the reconciler is not in the database');
    requireAsLeft(row.missing);
    return row.attended_at;
  }

  /** How far each shard that there is was read, by its number. */
  async positions(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.transaction.query<{ shard: number; position: string }[]>(
      `SELECT number AS shard, coalesce(position, 0) AS position
       FROM shard LEFT JOIN reconciled_shard ON reconciled_shard.shard = number WHERE number <> ${ROOT_SHARD}`,
    );
    return new Map(rows.map(({ shard, position }) => [shard, Number(position)]));
  }

  /** After so many entries of all shards together. */
  async moveTo(positions: ReadonlyMap<number, number>, taken: number): Promise<void> {
    await this.transaction.query(
      `WITH moved AS (
         INSERT INTO reconciled_shard (shard, position) SELECT * FROM unnest($1::smallint[], $2::bigint[])
         ON CONFLICT (shard) DO UPDATE SET position = excluded.position)
       UPDATE reconciliation SET entries_read = entries_read + $3`,
      [[...positions.keys()], [...positions.values()], taken],
    );
  }

  /**
   * What was sequenced next after these positions: of all shards together in the order of time, so that what belongs together
   * is read together wherever it lies. They are seen at `seenAt`. At most so many entries, or one batch. A position may lie inside of a batch: a
   * database that was made again from what was published has other ones. Throws BATCH_DAMAGED.
   */
  async readNext(positions: ReadonlyMap<number, number>, most: number, seenAt: Date): Promise<readonly FreshRecord[]> {
    const heads = await this.transaction.query<BatchHead[]>(
      `SELECT next.* FROM unnest($1::smallint[], $2::bigint[]) AS read (shard, position) CROSS JOIN LATERAL (
         SELECT shard, first, count, sequenced_at FROM batch
         WHERE batch.shard = read.shard AND first + count > position AND first >= coalesce(
           (SELECT max(first) FROM batch WHERE batch.shard = read.shard AND first <= position), 0)
         ORDER BY first LIMIT ${MOST_BATCHES}
       ) AS next ORDER BY shard, first`,
      [[...positions.keys()], [...positions.values()]],
    );
    requireUnbroken(positions, heads);
    const chosen = nextInTime(heads, most);
    const rows = await this.transaction.query<BatchRow[]>(
      `SELECT shard, first, count, sequenced_at, entries FROM batch
       JOIN unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS chosen (shard, first, place) USING (shard, first)
       ORDER BY place`,
      [chosen.map(({ shard }) => shard), chosen.map(({ first }) => first)],
    );
    const records = (await Promise.all(rows.map((row) => recordsOf(row)))).flat();
    const fresh = records.filter(({ shard, index }) => index >= (positions.get(shard) ?? 0));
    return fresh.map((record) => ({ ...record, seenAt: seenAt.getTime() }));
  }

  /** The entries at these places, in any order. Each costs reading its batch. */
  async readAt(places: readonly Place[]): Promise<readonly SequencedRecord[]> {
    const found: SequencedRecord[] = [];
    for (const [shard, some] of Map.groupBy(places, (place) => place.shard)) {
      const wanted = new Set(some.map(({ index }) => index));
      const rows = await this.transaction.query<BatchRow[]>(
        `SELECT shard, first, count, sequenced_at, entries FROM batch WHERE shard = $1 AND first IN (
           SELECT (SELECT max(first) FROM batch WHERE shard = $1 AND first <= one.index)
           FROM unnest($2::bigint[]) AS one (index))`,
        [shard, [...wanted]],
      );
      for (const row of rows) {
        found.push(...(await recordsOf(row, wanted)));
      }
    }
    return found;
  }

  /** Those of the exchanges that wait for a record, by id. */
  async open(ids: readonly string[]): Promise<ReadonlyMap<string, readonly ExchangeRecord[]>> {
    const rows = await this.transaction.query<ExchangeRow[]>(
      'SELECT id::text AS id, records FROM open_exchange WHERE id = ANY($1::text[]::uuid[])',
      [idArray(ids)],
    );
    return new Map(rows.map(({ id, records }) => [id, records]));
  }

  /**
   * All that was read before of these exchanges, by id. The log's own index of events tells where that is, so nothing has to
   * be remembered of an exchange that is complete; what that index has beyond the positions is left out. Of one that has more
   * records than are compared, one more than these.
   */
  async readBefore(ids: readonly string[]): Promise<ReadonlyMap<string, readonly ExchangeRecord[]>> {
    const places = await this.transaction.query<{ shard: number; index: string }[]>(
      `SELECT shard, index FROM (
         SELECT shard, index, row_number() OVER (PARTITION BY event) AS nth
         FROM sequenced_event JOIN reconciled_shard USING (shard)
         WHERE event = ANY($1::text[]::uuid[]) AND tag = ANY($2::smallint[]) AND index < position
       ) AS known WHERE nth <= ${MOST_RECORDS + 1}`,
      [idArray(ids), pairedTags],
    );
    if (places.length === 0) return new Map();
    const records = await this.readAt(places.map(({ shard, index }) => ({ shard, index: Number(index) })));
    const wanted = new Set(ids);
    const ofThese = records.filter(isOfExchange).filter(({ entry }) => wanted.has(exchangeOf(entry)));
    return Map.groupBy(ofThese, ({ entry }) => exchangeOf(entry));
  }

  async keepOpen(exchanges: readonly OpenExchange[]): Promise<void> {
    if (exchanges.length === 0) return;
    // `xmax` is 0 in a row that was inserted, and not in one that was there.
    await this.transaction.query(
      `WITH kept AS (
         INSERT INTO open_exchange (id, due, records)
         SELECT * FROM unnest($1::text[]::uuid[], $2::text[]::timestamptz[], $3::text[]::json[])
         ON CONFLICT (id) DO UPDATE SET due = excluded.due, records = excluded.records
         RETURNING xmax = 0 AS is_new)
       UPDATE reconciliation SET open_exchanges = open_exchanges + (SELECT count(*) FROM kept WHERE is_new)`,
      [
        textArray(exchanges, ({ id }) => id),
        textArray(exchanges, ({ due }) => new Date(due).toISOString()),
        textArray(exchanges, ({ records }) => JSON.stringify(records)),
      ],
    );
  }

  async close(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.transaction.query(
      `WITH closed AS (DELETE FROM open_exchange WHERE id = ANY($1::text[]::uuid[]) RETURNING id)
       UPDATE reconciliation SET open_exchanges = open_exchanges - (SELECT count(*) FROM closed)`,
      [idArray(ids)],
    );
  }

  /** So many alerts were raised. */
  async keepAlerts(raised: number): Promise<void> {
    if (raised > 0) await this.transaction.query('UPDATE reconciliation SET alerts = alerts + $1', [raised]);
  }

  /** Those that are to be looked at again by now, the oldest first. */
  async dueExchanges(now: Date, most: number): Promise<readonly OpenExchange[]> {
    const rows = await this.transaction.query<ExchangeRow[]>(
      'SELECT id::text AS id, due, records FROM open_exchange WHERE due <= $1 ORDER BY due, id LIMIT $2',
      [now, most],
    );
    return rows.map(({ id, due, records }) => ({ id, due: due.getTime(), records }));
  }

  /** Those of the sources that were seen before. */
  async sources(names: readonly string[]): Promise<ReadonlyMap<string, PartySource>> {
    const rows = await this.transaction.query<PartySource[]>(
      `SELECT source, databases::text[] AS databases, is_unnamed AS "isUnnamed", sequences, gaps, unplaced
       FROM party_source WHERE source = ANY($1::text[])`,
      [names],
    );
    return new Map(rows.map((row) => [row.source, row]));
  }

  async keepSources(sources: readonly PartySource[]): Promise<void> {
    if (sources.length === 0) return;
    await this.transaction.query(
      `WITH kept AS (
         INSERT INTO party_source (source, databases, is_unnamed, sequences, gaps, unplaced)
         SELECT source, databases, "isUnnamed", sequences, gaps, unplaced FROM jsonb_to_recordset($1::jsonb)
           AS one (source text, databases uuid[], "isUnnamed" boolean, sequences integer, gaps integer, unplaced integer)
         ON CONFLICT (source) DO UPDATE SET databases = excluded.databases, is_unnamed = excluded.is_unnamed,
           sequences = excluded.sequences, gaps = excluded.gaps, unplaced = excluded.unplaced
         RETURNING xmax = 0 AS is_new)
       UPDATE reconciliation SET sources = sources + (SELECT count(*) FROM kept WHERE is_new)`,
      [JSON.stringify(sources)],
    );
  }

  /** Those of the sequences that were seen before, by `keyOf`. */
  async sequences(names: readonly SequenceName[]): Promise<ReadonlyMap<string, Sequence>> {
    if (names.length === 0) return new Map();
    const rows = await this.transaction.query<Sequence[]>(
      `SELECT source, chain::text AS chain, gaps FROM party_sequence
       WHERE (source, chain) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))`,
      [names.map(({ source }) => source), names.map(({ chain }) => chain)],
    );
    return new Map(rows.map((row) => [keyOf(row), row]));
  }

  async keepSequences(sequences: readonly (Sequence & { readonly due: number | undefined })[]): Promise<void> {
    if (sequences.length === 0) return;
    await this.transaction.query(
      `INSERT INTO party_sequence (source, chain, gaps, due)
       SELECT * FROM unnest($1::text[], $2::uuid[], $3::jsonb[], $4::timestamptz[])
       ON CONFLICT (source, chain) DO UPDATE SET gaps = excluded.gaps, due = excluded.due`,
      [
        sequences.map(({ source }) => source),
        sequences.map(({ chain }) => chain),
        sequences.map(({ gaps }) => JSON.stringify(gaps)),
        sequences.map(({ due }) => (due === undefined ? null : new Date(due))),
      ],
    );
  }

  async dueSequences(now: Date, most: number): Promise<readonly Sequence[]> {
    return this.transaction.query<Sequence[]>(
      'SELECT source, chain::text AS chain, gaps FROM party_sequence WHERE due <= $1 ORDER BY due, chain LIMIT $2',
      [now, most],
    );
  }
}

/** All records of a batch, or those at the indices that are wanted. */
async function recordsOf(row: BatchRow, wanted?: ReadonlySet<number>): Promise<SequencedRecord[]> {
  const { shard } = row;
  const entries = await unpackEntries(row.entries, row.count);
  const first = Number(row.first);
  return entries.flatMap((entry, at) => {
    const index = first + at;
    return wanted?.has(index) === false ? [] : [readRecord(entry, { shard, index })];
  });
}

function idArray(ids: readonly string[]): Buffer {
  return textArray(ids, (id) => id);
}
