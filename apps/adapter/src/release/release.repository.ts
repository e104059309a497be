import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { byteaArray, textArray } from '#platform/database/binary-array.js';
import { queryPrepared } from '#platform/database/prepared.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import { stepChain } from '#platform/outbox/writer-chain.repository.js';
import { storeDistinct, type ChainStep, type WriterChains } from '#platform/outbox/writer-chains.js';
import type { ReleaseRecord } from './release-record.js';

export class ReleaseRepository {
  constructor(
    private readonly database: DataSource,
    private readonly chains: Pick<WriterChains, 'append'>,
  ) {}

  /**
   * Stores releases with their events, all or none, durable when it resolves. `records` have distinct ids. Gives by position
   * the event as it is stored, with its place in a sequence; none where the decision was acted on before.
   */
  record(records: readonly ReleaseRecord[]): Promise<readonly (SluiceEvent | undefined)[]> {
    return storeDistinct(this.chains, records, {
      store: (fresh, linked, step) => this.insert(fresh, linked, step),
      known: (ids) => this.known(ids),
    });
  }

  private async insert(
    records: readonly ReleaseRecord[],
    linked: readonly SluiceEvent[],
    { from, to }: ChainStep,
  ): Promise<boolean> {
    const outbox = insertIntoOutbox(LEDGER_TOPIC, linked, 11, 'step');
    const step = stepChain(from, to, 11 + outbox.parameters.length);
    // In the order of ids: two processes that store the same ones wait for each other, and never crosswise.
    const text = `WITH ${step.sql}, releases AS (
         INSERT INTO release (id, at, consumer, resource, rows, decision, entry, nonce, detail, subjects)
         SELECT given.id, at, consumer, resource, rows, decision, entry, nonce, detail, string_to_array(subjects, ' ')
         FROM step, unnest($1::text[]::uuid[], $2::text[]::timestamptz[], $3::text[], $4::text[], $5::text[]::int[],
           $6::text[], $7::bytea[], $8::bytea[], $9::text[]::json[], $10::text[])
         AS given (id, at, consumer, resource, rows, decision, entry, nonce, detail, subjects)
         ORDER BY given.id
       ), events AS (${outbox.sql})
       SELECT FROM step`;
    const values = [
      textArray(records, ({ id }) => id),
      textArray(records, ({ at }) => at.toISOString()),
      textArray(records, ({ consumer }) => consumer),
      textArray(records, ({ resource }) => resource),
      textArray(records, ({ rows }) => String(rows)),
      textArray(records, ({ decision }) => decision),
      byteaArray(linked, ({ data }) => data),
      byteaArray(records, ({ nonce }) => nonce),
      textArray(records, ({ detail }) => JSON.stringify(detail)),
      // One text each, since a list of lists would have to be of one length. Null where there is none.
      textArray(records, ({ subjects }) => (subjects.length === 0 ? null : subjects.join(' '))),
      ...outbox.parameters,
      ...step.parameters,
    ];
    return (await queryPrepared(this.database, { name: 'record-release', text }, values)).length === 1;
  }

  private async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const text = 'SELECT id FROM release WHERE id = ANY($1::uuid[])';
    return new Set((await this.database.query<{ id: string }[]>(text, [ids])).map(({ id }) => id));
  }
}
