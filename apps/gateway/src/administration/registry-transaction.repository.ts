import type { DataSource, EntityManager } from 'typeorm';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import { linkInTransaction } from '#platform/outbox/writer-chain.repository.js';
import { toEvent, type ChangedBy, type RegistryChange } from './registry-change.js';

export type Transaction = Pick<EntityManager, 'query'>;

/** What a change leads to. Without `changes`, what was asked for was so already, and the registry keeps its version. */
export interface Changed<Result> {
  readonly result: Result;
  readonly changes: readonly RegistryChange[];
}

export class RegistryTransactions {
  constructor(private readonly database: DataSource) {}

  /**
   * Changes the registry, bumps its version and stores the events of it together, or none of this. One change at a time:
   * whoever reads inside of `work` reads what no other change can alter before this one is committed.
   */
  async run<Result>(
    by: ChangedBy,
    now: Date,
    work: (transaction: Transaction) => Promise<Changed<Result>>,
  ): Promise<{ readonly result: Result; readonly events: readonly SluiceEvent[] }> {
    return this.database.transaction(async (transaction) => {
      await transaction.query('SELECT 1 FROM registry_version FOR UPDATE');
      const { result, changes } = await work(transaction);
      if (changes.length === 0) return { result, events: [] };
      const events = await linkInTransaction(
        transaction,
        changes.map((change) => toEvent(change, by, now)),
      );
      await transaction.query('UPDATE registry_version SET version = version + 1');
      const { sql, parameters } = insertIntoOutbox(LEDGER_TOPIC, events);
      await transaction.query(sql, [...parameters]);
      return { result, events };
    });
  }
}
