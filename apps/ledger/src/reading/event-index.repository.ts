import type { DataSource } from 'typeorm';

/** An event's identity and the leaf hash of one entry under it, as the tables hold them. */
export interface EventKey {
  readonly event: string;
  readonly tag: number;
  readonly leaf: Buffer;
}

export interface EventPlace {
  readonly tag: number;
  readonly shard: number;
  readonly index: number;
}

/** Looks up where events are. Plain reads of committed rows: they take no lock that a writer waits for. */
export class EventIndexRepository {
  constructor(private readonly database: DataSource) {}

  /** Those that are committed to the log, with these very bytes: another variant does not count. */
  async sequenced(keys: readonly EventKey[]): Promise<readonly EventKey[]> {
    return this.database.query<EventKey[]>(
      `SELECT event::text AS event, tag, leaf FROM sequenced_event
       WHERE (event, tag, leaf) IN (SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bytea[]))`,
      [keys.map((key) => key.event), keys.map((key) => key.tag), keys.map((key) => key.leaf)],
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
