import type { DataSource } from 'typeorm';

/** An event's identity, as the tables hold it. */
export interface EventKey {
  readonly event: string;
  readonly tag: number;
}

export interface EventPlace {
  readonly tag: number;
  readonly shard: number;
  readonly index: number;
}

/** Looks up where events are. Plain reads of committed rows: they take no lock that a writer waits for. */
export class EventIndexRepository {
  constructor(private readonly database: DataSource) {}

  /** Those of the identities that are committed to the log. Each once, whatever its variants. */
  async sequenced(keys: readonly EventKey[]): Promise<readonly EventKey[]> {
    return this.database.query<EventKey[]>(
      `SELECT event::text AS event, tag FROM sequenced_event
       WHERE (event, tag) IN (SELECT * FROM unnest($1::uuid[], $2::smallint[])) AND variant = 0`,
      [keys.map((key) => key.event), keys.map((key) => key.tag)],
    );
  }

  /** Every entry that names the event, all types and variants, in the order of type and index. */
  async places(event: string): Promise<readonly EventPlace[]> {
    const rows = await this.database.query<{ tag: number; shard: number; index: string }[]>(
      'SELECT tag, shard, index FROM sequenced_event WHERE event = $1 ORDER BY tag, shard, index',
      [event],
    );
    return rows.map((row) => ({ ...row, index: Number(row.index) }));
  }
}
