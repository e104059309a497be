import type { SluiceEvent } from '#events/contract.js';
import { orRecordUnavailable } from '#exchange/problem.js';
import type { ChangedBy } from './registry-change.js';
import type { Changed, RegistryTransactions, Transaction } from './registry-transaction.repository.js';

export interface AdministrationParts {
  readonly transactions: RegistryTransactions;
  /** Told of events once they are stored: see Outbox. */
  readonly committed: (events: readonly SluiceEvent[]) => void;
  /** This process decides by the change once it resolves. The others follow within a second. */
  readonly refresh: () => Promise<void>;
  readonly now: () => Date;
}

/** Changes the registry and sees that the change is published and decided by. */
export class AdministrationService {
  constructor(private readonly parts: AdministrationParts) {}

  /** Durable when it resolves. Throws the Problem that `work` throws, and RECORD_UNAVAILABLE where it cannot be stored. */
  async change<Result>(
    by: ChangedBy,
    work: (transaction: Transaction, now: Date) => Promise<Changed<Result>>,
  ): Promise<Result> {
    const now = this.parts.now();
    const { result, events } = await orRecordUnavailable(
      this.parts.transactions.run(by, now, (transaction) => work(transaction, now)),
    );
    if (events.length > 0) {
      this.parts.committed(events);
      // The change is stored: where this process cannot see it yet, its next poll will, or it refuses to decide.
      await this.parts.refresh().catch(() => undefined);
    }
    return result;
  }
}
