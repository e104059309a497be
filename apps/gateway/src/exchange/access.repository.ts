import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { byteaArray, textArray } from '#platform/database/binary-array.js';
import { queryPrepared } from '#platform/database/prepared.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import { stepChain } from '#platform/outbox/writer-chain.repository.js';
import { storeDistinct, type ChainStep, type WriterChains } from '#platform/outbox/writer-chains.js';
import type { AccessRecord, FailureRecord } from './access-record.js';

export class AccessRepository {
  constructor(
    private readonly database: DataSource,
    private readonly chains: Pick<WriterChains, 'append'>,
  ) {}

  /**
   * Stores decisions with their details and events, all or none, durable when it resolves. Gives by position the event as it
   * is stored, with its place in a sequence; none where the id is there already, so that the request repeats one that was
   * decided. `records` have distinct ids.
   */
  record(records: readonly AccessRecord[]): Promise<readonly (SluiceEvent | undefined)[]> {
    return storeDistinct(this.chains, records, {
      store: (fresh, linked, step) => this.insert(fresh, linked, step),
      known: (ids) => this.knownOf('access_decision', ids),
    });
  }

  /**
   * Stores failures of permits that are on record, with their events, all or none, durable when it resolves. Safe to
   * repeat. Gives the events that were stored: a failure that is there already, or whose permit is not, is left out.
   */
  async recordFailures(failures: readonly FailureRecord[]): Promise<readonly SluiceEvent[]> {
    const permitted = await this.permitted(failures);
    const stored = await storeDistinct(
      this.chains,
      failures.filter(({ id }) => permitted.has(id)),
      {
        store: (fresh, linked, step) => this.insertFailures(fresh, linked, step),
        known: (ids) => this.knownOf('access_failure', ids),
      },
    );
    return stored.filter((event) => event !== undefined);
  }

  private async insert(
    records: readonly AccessRecord[],
    linked: readonly SluiceEvent[],
    { from, to }: ChainStep,
  ): Promise<boolean> {
    const parameters = columnsOf(records, linked);
    const outbox = insertIntoOutbox(LEDGER_TOPIC, linked, parameters.length + 1, 'step');
    const step = stepChain(from, to, parameters.length + 1 + outbox.parameters.length);
    const text = `WITH ${step.sql}, given AS (
         SELECT given.* FROM step, unnest($1::text[]::uuid[], $2::text[]::timestamptz[], $3::text[], $4::text[],
           $5::text[]::uuid[], $6::bytea[], $7::bytea[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
           $13::text[], $14::text[], $15::text[])
         AS given (id, at, consumer, reason, repeats, entry, nonce, request, officer, case_number, authority,
           signature_input, signature, content_digest, subjects)
       ), decisions AS (
         INSERT INTO access_decision (id, at, consumer, outcome, reason, repeats, entry)
         SELECT id, at, consumer, CASE WHEN reason IS NULL THEN 'permit' ELSE 'deny' END, reason, repeats, entry
         FROM given ORDER BY id
       ), details AS (
         INSERT INTO access_detail (id, nonce, request, officer, case_number, authority, signature_input, signature,
           content_digest, subjects)
         SELECT id, nonce, request, officer, case_number, authority, signature_input, signature, content_digest,
           string_to_array(subjects, ' ')
         FROM given
       ), events AS (${outbox.sql})
       SELECT FROM step`;
    const values = [...parameters, ...outbox.parameters, ...step.parameters];
    return (await queryPrepared(this.database, { name: 'record-access', text }, values)).length === 1;
  }

  /** Of these, the failures whose permits are on record: another request may have been answered under the same id. */
  private async permitted(failures: readonly FailureRecord[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT given.id FROM unnest($1::uuid[], $2::bytea[]) AS given (id, permit)
       JOIN access_decision decision ON decision.id = given.id
         AND substr(decision.entry, 1, length(given.permit)) = given.permit`,
      [failures.map(({ id }) => id), failures.map(({ permit }) => permit)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async insertFailures(
    failures: readonly FailureRecord[],
    linked: readonly SluiceEvent[],
    { from, to }: ChainStep,
  ): Promise<boolean> {
    const outbox = insertIntoOutbox(LEDGER_TOPIC, linked, 5, 'step');
    const step = stepChain(from, to, 5 + outbox.parameters.length);
    const rows = await this.database.query<unknown[]>(
      `WITH ${step.sql}, failures AS (
         INSERT INTO access_failure (id, at, reason, entry)
         SELECT given.id, given.at, given.reason, given.entry
         FROM step, unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bytea[]) AS given (id, at, reason, entry)
         ORDER BY given.id
       ), events AS (${outbox.sql})
       SELECT FROM step`,
      [
        failures.map(({ id }) => id),
        failures.map(({ at }) => at),
        failures.map(({ reason }) => reason),
        linked.map(({ data }) => data),
        ...outbox.parameters,
        ...step.parameters,
      ],
    );
    return rows.length === 1;
  }

  private async knownOf(table: 'access_decision' | 'access_failure', ids: readonly string[]) {
    const text = `SELECT id FROM ${table} WHERE id = ANY($1::uuid[])`;
    return new Set((await this.database.query<{ id: string }[]>(text, [ids])).map(({ id }) => id));
  }
}

/** In the order of `given`. */
function columnsOf(records: readonly AccessRecord[], linked: readonly SluiceEvent[]): readonly Buffer[] {
  const decided = records.map((record) => record.decided);
  return [
    textArray(decided, ({ id }) => id),
    textArray(decided, ({ at }) => at.toISOString()),
    textArray(decided, ({ consumer }) => consumer),
    textArray(decided, ({ reason }) => reason ?? null),
    textArray(decided, ({ repeats }) => repeats ?? null),
    byteaArray(linked, ({ data }) => data),
    byteaArray(records, ({ nonce }) => nonce),
    textArray(decided, ({ detail }) => detail.request),
    textArray(decided, ({ detail }) => detail.officer),
    textArray(decided, ({ detail }) => detail.case),
    textArray(decided, ({ evidence }) => evidence.authority),
    textArray(decided, ({ evidence }) => evidence.signatureInput),
    textArray(decided, ({ evidence }) => evidence.signature),
    textArray(decided, ({ evidence }) => evidence.contentDigest ?? ''),
    // One text each, since a list of lists would have to be of one length. Null where there is none.
    textArray(decided, ({ subjects }) => (subjects.length === 0 ? null : subjects.join(' '))),
  ];
}
