import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC } from '#events/contract.js';
import { queryPrepared } from '#platform/database/prepared.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import type { AccessRecord, FailureRecord } from './access-record.js';

export class AccessRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * Stores decisions with their details and events, all or none, durable when it resolves. Says by position which of
   * them are new: of an id that is there already nothing is stored, so the request repeats one that was decided.
   */
  async record(records: readonly AccessRecord[]): Promise<readonly boolean[]> {
    const parameters = columnsOf(records);
    const outbox = insertIntoOutbox(
      LEDGER_TOPIC,
      records.map(({ event }) => event),
      parameters.length + 1,
      'fresh',
    );
    const text = `WITH given AS (
         SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $6::bytea[], $7::bytea[],
           $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
         AS given (id, at, consumer, reason, repeats, entry, nonce, request, officer, case_number, authority,
           signature_input, signature, content_digest, subjects)
       ), fresh AS (
         INSERT INTO access_decision (id, at, consumer, outcome, reason, repeats, entry)
         SELECT id, at, consumer, CASE WHEN reason IS NULL THEN 'permit' ELSE 'deny' END, reason, repeats, entry
         FROM given ORDER BY id
         ON CONFLICT (id) DO NOTHING RETURNING id
       ), details AS (
         INSERT INTO access_detail (id, nonce, request, officer, case_number, authority, signature_input, signature,
           content_digest, subjects)
         SELECT id, nonce, request, officer, case_number, authority, signature_input, signature, content_digest,
           string_to_array(subjects, ' ')
         FROM given WHERE id IN (SELECT id FROM fresh)
       ), events AS (${outbox.sql})
       SELECT id FROM fresh`;
    const statement = { name: 'record-access', text };
    const rows = await queryPrepared<{ id: string }>(this.database, statement, [...parameters, ...outbox.parameters]);
    const fresh = new Set(rows.map(({ id }) => id));
    return records.map(({ decided }) => fresh.has(decided.id));
  }

  /**
   * Stores failures of permits that are on record, with their events, all or none, durable when it resolves. Safe to
   * repeat. Gives the ids that were stored: a failure that is there already, or whose permit is not, is left out.
   */
  async recordFailures(failures: readonly FailureRecord[]): Promise<ReadonlySet<string>> {
    const outbox = insertIntoOutbox(
      LEDGER_TOPIC,
      failures.map(({ event }) => event),
      6,
      'fresh',
    );
    const rows = await this.database.query<{ id: string }[]>(
      `WITH fresh AS (
         INSERT INTO access_failure (id, at, reason, entry)
         SELECT given.id, given.at, given.reason, given.entry
         FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bytea[], $5::bytea[])
           AS given (id, at, reason, entry, permit)
         JOIN access_decision decision ON decision.id = given.id AND decision.entry = given.permit ORDER BY given.id
         ON CONFLICT (id) DO NOTHING RETURNING id
       )
       ${outbox.sql} RETURNING id`,
      [
        failures.map(({ id }) => id),
        failures.map(({ at }) => at),
        failures.map(({ reason }) => reason),
        failures.map(({ event }) => event.data),
        failures.map(({ permit }) => permit),
        ...outbox.parameters,
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }
}

/** In the order of `given`. */
function columnsOf(records: readonly AccessRecord[]): readonly unknown[][] {
  const decided = records.map((record) => record.decided);
  return [
    decided.map(({ id }) => id),
    decided.map(({ at }) => at),
    decided.map(({ consumer }) => consumer),
    decided.map(({ reason }) => reason ?? null),
    decided.map(({ repeats }) => repeats ?? null),
    records.map(({ event }) => event.data),
    records.map(({ nonce }) => nonce),
    decided.map(({ detail }) => detail.request),
    decided.map(({ detail }) => detail.officer),
    decided.map(({ detail }) => detail.case),
    decided.map(({ evidence }) => evidence.authority),
    decided.map(({ evidence }) => evidence.signatureInput),
    decided.map(({ evidence }) => evidence.signature),
    decided.map(({ evidence }) => evidence.contentDigest ?? ''),
    // One text each, since a list of lists would have to be of one length. Null where there is none.
    decided.map(({ subjects }) => (subjects.length === 0 ? null : subjects.join(' '))),
  ];
}
