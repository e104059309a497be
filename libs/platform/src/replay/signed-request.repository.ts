import type { DataSource } from 'typeorm';

export interface SignedRequest {
  /** A UUID that is made of what was signed, the same whenever it comes. */
  readonly id: string;
  readonly created: Date;
}

/** Over the tables of signed-request-tables.migration.ts. */
export class SignedRequestRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * Stores those that were not there, durable when it resolves, and says by position which of them were new. One that was
   * made before the newest that was forgotten may have been there, and is not new.
   */
  async add(requests: readonly SignedRequest[]): Promise<readonly boolean[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `WITH forgotten AS (SELECT until FROM signed_request_forgotten FOR SHARE)
       INSERT INTO signed_request (id, created_at)
       SELECT given.id, given.created_at FROM unnest($1::uuid[], $2::timestamptz[]) AS given (id, created_at), forgotten
       WHERE given.created_at > forgotten.until
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [requests.map(({ id }) => id), requests.map(({ created }) => created)],
    );
    const fresh = new Set(rows.map(({ id }) => id));
    // Of two equal ids in one statement the first is new and the second repeats it.
    return requests.map(({ id }) => fresh.delete(id));
  }

  /**
   * Forgets what was signed before then, and remembers until when that was: no clock that jumps makes it new. Who adds
   * meanwhile waits, and then knows.
   */
  async forget(before: Date): Promise<void> {
    await this.database.query(
      `WITH held AS (SELECT FROM signed_request_forgotten FOR UPDATE),
         gone AS (DELETE FROM signed_request WHERE created_at < $1 AND EXISTS (SELECT FROM held) RETURNING created_at),
         newest AS (SELECT max(created_at) AS created_at FROM gone)
       UPDATE signed_request_forgotten SET until = greatest(until, newest.created_at)
       FROM newest WHERE newest.created_at IS NOT NULL`,
      [before],
    );
  }
}
