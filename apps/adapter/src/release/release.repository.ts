import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC } from '#events/contract.js';
import { queryPrepared } from '#platform/database/prepared.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import type { ReleaseRecord } from './release-record.js';

export class ReleaseRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * Stores releases with their events, all or none, durable when it resolves. `records` have distinct ids. Says by position
   * which are new: of a decision that was acted on before nothing is stored.
   */
  async record(records: readonly ReleaseRecord[]): Promise<readonly boolean[]> {
    const outbox = insertIntoOutbox(
      LEDGER_TOPIC,
      records.map(({ event }) => event),
      11,
      'fresh',
    );
    // In the order of ids: two processes that store the same ones wait for each other, and never crosswise.
    const text = `WITH fresh AS (
         INSERT INTO release (id, at, consumer, resource, rows, decision, entry, nonce, detail, subjects)
         SELECT id, at, consumer, resource, rows, decision, entry, nonce, detail, string_to_array(subjects, ' ')
         FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bytea[],
           $8::bytea[], $9::json[], $10::text[]) AS given (id, at, consumer, resource, rows, decision, entry, nonce, detail, subjects)
         ORDER BY id
         ON CONFLICT (id) DO NOTHING RETURNING id
       ), events AS (${outbox.sql})
       SELECT id FROM fresh`;
    const rows = await queryPrepared<{ id: string }>(this.database, { name: 'record-release', text }, [
      records.map(({ id }) => id),
      records.map(({ at }) => at),
      records.map(({ consumer }) => consumer),
      records.map(({ resource }) => resource),
      records.map((record) => record.rows),
      records.map(({ decision }) => decision),
      records.map(({ event }) => event.data),
      records.map(({ nonce }) => nonce),
      records.map(({ detail }) => JSON.stringify(detail)),
      // One text each, since a list of lists would have to be of one length. Null where there is none.
      records.map(({ subjects }) => (subjects.length === 0 ? null : subjects.join(' '))),
      ...outbox.parameters,
    ]);
    const fresh = new Set(rows.map(({ id }) => id));
    return records.map(({ id }) => fresh.has(id));
  }
}
