import type { DataSource } from 'typeorm';

export interface SignedRequest {
  /** Made of the signature: see exchange-id. */
  readonly id: string;
  readonly created: Date;
}

export class SignedRequestRepository {
  constructor(private readonly database: DataSource) {}

  /** Stores those that were not there, durable when it resolves, and says by position which of them were new. */
  async add(requests: readonly SignedRequest[]): Promise<readonly boolean[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `INSERT INTO signed_request (id, created_at) SELECT * FROM unnest($1::uuid[], $2::timestamptz[])
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [requests.map(({ id }) => id), requests.map(({ created }) => created)],
    );
    const fresh = new Set(rows.map(({ id }) => id));
    // Of two equal ids in one statement the first is new and the second repeats it.
    return requests.map(({ id }) => fresh.delete(id));
  }

  /** What was signed before then is refused by the clock alone. */
  async forget(before: Date): Promise<void> {
    await this.database.query('DELETE FROM signed_request WHERE created_at < $1', [before]);
  }
}
