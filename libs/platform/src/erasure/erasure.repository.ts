import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import type { Erased } from '#exchange/erasure.js';
import { insertIntoOutbox } from '../outbox/outbox.repository.js';
import { linkInTransaction } from '../outbox/writer-chain.repository.js';

/** Where a service keeps what opens its commitments. Constants of the service, and nothing that anyone sent. */
export interface ErasableTable {
  /** Has `id`, `nonce` (null once it is erased) and `subjects`: the handles of what the request named. */
  readonly name: 'access_detail' | 'release';
  /** Destroys the details of the exchanges `$1::uuid[]`. */
  readonly destroy: string;
}

/** What was erased of an exchange, as it is recorded. */
export interface ErasureRecord extends Erased {
  readonly event: SluiceEvent;
}

/** Rows that one statement looks through: far below any time limit of a statement. */
const PAGE = 20_000;

export class ErasureRepository {
  constructor(
    private readonly database: DataSource,
    private readonly table: ErasableTable,
  ) {}

  /**
   * The exchanges that one of the handles belongs to and that were committed before it was called, by id. Reads the whole
   * table: an index of handles would cost every exchange more than a rare erasure is worth.
   */
  async findBySubject(handles: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    if (handles.length === 0) return found;
    let after: string | null = null;
    do {
      const [page]: { last: string | null; found: string[] | null }[] = await this.database.query(
        `WITH page AS (
           SELECT id, subjects FROM ${this.table.name} WHERE $2::uuid IS NULL OR id > $2::uuid ORDER BY id LIMIT ${PAGE})
         SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last,
           (SELECT array_agg(id::text ORDER BY id) FROM page WHERE subjects && $1::text[]) AS found`,
        [handles, after],
      );
      found.push(...(page?.found ?? []));
      after = page?.last ?? null;
    } while (after !== null);
    return found;
  }

  /** Those of the exchanges whose detail is still there, by id. */
  async present(exchanges: readonly string[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM ${this.table.name} WHERE id = ANY($1::uuid[]) AND nonce IS NOT NULL ORDER BY id`,
      [exchanges],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Destroys the details and stores who had it done and why, with the events of it: all or none, durable when it
   * resolves. What was erased before is left out, so two that erase the same at once leave one record of each.
   */
  async erase(
    exchanges: readonly string[],
    toRecord: (exchange: string) => ErasureRecord,
  ): Promise<readonly ErasureRecord[]> {
    return this.database.transaction(async (transaction) => {
      const rows = await transaction.query<{ id: string }[]>(
        `SELECT id FROM ${this.table.name} WHERE id = ANY($1::uuid[]) AND nonce IS NOT NULL ORDER BY id FOR UPDATE`,
        [exchanges],
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return [];
      const unplaced = ids.map(toRecord);
      const events = await linkInTransaction(
        transaction,
        unplaced.map(({ event }) => event),
      );
      const records = unplaced.map((record, at) => ({ ...record, event: events[at] ?? record.event }));
      await transaction.query(this.table.destroy, [ids]);
      await transaction.query(
        `INSERT INTO erasure (id, at, by, ground, entry)
         SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bytea[])`,
        [
          ids,
          records.map(({ at }) => at),
          records.map(({ by }) => by),
          records.map(({ ground }) => ground),
          records.map(({ event }) => event.data),
        ],
      );
      const outbox = insertIntoOutbox(LEDGER_TOPIC, events);
      await transaction.query(outbox.sql, [...outbox.parameters]);
      return records;
    });
  }
}
