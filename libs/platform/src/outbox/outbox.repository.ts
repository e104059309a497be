import type { DataSource } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import { byteaArray, textArray } from '../database/binary-array.js';

/**
 * Which event it is: `id` and `type` name it for ever, and `leaf` is the hash of its data as the log's leaf (RFC 6962, in
 * base64url). What has the same name and another leaf is another's.
 */
export interface EventName extends Pick<SluiceEvent, 'id' | 'type'> {
  readonly leaf: string;
}
export type OverdueRow = SluiceEvent & { readonly topic: string; readonly recordedAt: string };

/** Part of a caller's own statement, so that a record and its events are stored together or not at all. */
export interface StatementPart {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * `INSERT INTO outbox …` with parameters numbered from `first`. An event that is there already is left as it is. With
 * `given`, the name of a common table expression of the caller's statement, nothing is inserted where that has no row.
 */
export function insertIntoOutbox(
  topic: string,
  events: readonly SluiceEvent[],
  first = 1,
  given?: 'step',
): StatementPart {
  const at = (offset: number) => `$${first + offset}`;
  return {
    sql: `INSERT INTO outbox (topic, id, type, source, time, key, traceparent, data)
      SELECT ${at(0)}::text, event.* FROM unnest(${at(1)}::text[]::uuid[], ${at(2)}::text[], ${at(3)}::text[], ${at(4)}::text[],
        ${at(5)}::text[], ${at(6)}::text[], ${at(7)}::bytea[]) AS event (id, type, source, time, key, traceparent, data)
      ${given === undefined ? '' : `WHERE EXISTS (SELECT FROM ${given})`}
      ON CONFLICT (id, type) DO NOTHING`,
    parameters: [
      topic,
      textArray(events, (event) => event.id),
      textArray(events, (event) => event.type),
      textArray(events, (event) => event.source),
      textArray(events, (event) => event.time),
      textArray(events, (event) => event.key),
      textArray(events, (event) => event.traceparent ?? null),
      byteaArray(events, (event) => event.data),
    ],
  };
}

interface StoredRow {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly source: string;
  readonly time: string;
  readonly key: string;
  readonly traceparent: string | null;
  readonly data: Buffer;
  readonly recorded_at: string;
}

export class OutboxRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * What was recorded at least `ageMs` ago and is not confirmed yet, oldest first, after the row given. What is said to be
   * recorded in the future is overdue as well: the database's clock went back since, by who knows how much.
   */
  async overdue(ageMs: number, limit: number, after?: OverdueRow): Promise<readonly OverdueRow[]> {
    const rows = await this.database.query<StoredRow[]>(
      `SELECT id, type, topic, source, time, key, traceparent, data, recorded_at::text AS recorded_at FROM outbox
       WHERE (recorded_at <= now() - $1 * interval '1 millisecond' OR recorded_at > now())
         AND ($3::timestamptz IS NULL OR (recorded_at, id, type) > ($3::timestamptz, $4::uuid, $5::text))
       ORDER BY recorded_at, id, type LIMIT $2`,
      [ageMs, limit, after?.recordedAt ?? null, after?.id ?? null, after?.type ?? null],
    );
    return rows.map(({ traceparent, recorded_at, ...row }) => ({
      ...row,
      recordedAt: recorded_at,
      ...(traceparent === null ? {} : { traceparent }),
    }));
  }

  /** The ledger has them: they are done. A row stays whose data has another leaf. Safe to repeat. */
  async remove(names: readonly EventName[]): Promise<void> {
    await this.database.query(
      `DELETE FROM outbox USING unnest($1::uuid[], $2::text[], $3::bytea[]) AS done (id, type, leaf)
       WHERE outbox.id = done.id AND outbox.type = done.type AND sha256('\\x00'::bytea || outbox.data) = done.leaf`,
      [
        names.map((one) => one.id),
        names.map((one) => one.type),
        names.map((one) => Buffer.from(one.leaf, 'base64url')),
      ],
    );
  }

  /** How many wait, and for how long the oldest has. Seconds. */
  async backlog(): Promise<{ readonly rows: number; readonly oldestSeconds: number }> {
    const [row] = await this.database.query<{ rows: string; oldest: string | null }[]>(
      'SELECT count(*) AS rows, extract(epoch FROM now() - min(recorded_at)) AS oldest FROM outbox',
    );
    return { rows: Number(row?.rows ?? 0), oldestSeconds: Number(row?.oldest ?? 0) };
  }
}
