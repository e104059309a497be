import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { LEDGER_TOPIC } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import { NotReady, type ReadinessCheck } from '../health/readiness.js';
import { reluctantReporter } from '../reluctant-reporter.js';
import { Outbox, type Confirm } from './outbox.js';
import { OutboxRepository } from './outbox.repository.js';

export interface LedgerOutboxParts {
  readonly database: DataSource;
  /** Signs as this source does. */
  readonly publisher: EventPublisher;
  /** How the ledger is asked: see ledgerConfirmation. */
  readonly confirm: Confirm;
  /** Within how many milliseconds the log promises to have an entry. */
  readonly mergeDelay: number;
  readonly logger: Logger;
}

export interface LedgerOutbox {
  readonly outbox: Outbox;
  /** What waits for longer than the log promises does not merely wait: the transport or the ledger is down. */
  readonly checkOutbox: ReadinessCheck;
}

/** A service's outbox to the ledger, not started yet. */
export function outboxToLedger(parts: LedgerOutboxParts): LedgerOutbox {
  const rows = new OutboxRepository(parts.database);
  const outbox = new Outbox(rows, parts.publisher, parts.confirm, {
    topic: LEDGER_TOPIC,
    onError: reluctantReporter(parts.logger, 'the outbox met an error'),
  });
  const checkOutbox = async () => {
    const backlog = await rows.backlog();
    if (backlog.oldestSeconds * 1000 > parts.mergeDelay) {
      throw new NotReady(
        `${backlog.rows} events are not sequenced, the oldest for ${Math.round(backlog.oldestSeconds)} s`,
      );
    }
  };
  return { outbox, checkOutbox };
}
