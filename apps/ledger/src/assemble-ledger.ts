import { randomBytes, type KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { SluiceEvent } from '#events/contract.js';
import { SourceCheck } from '#events/source-check.js';
import type { EventPublisher } from '#events/transport.js';
import { ALERT_TYPE } from '#exchange/alert.js';
import { orderAudience } from '#exchange/operator-order.js';
import type { openDatabase } from '#platform/database/open-database.js';
import type { Readiness } from '#platform/health/readiness.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import type { Confirm, Outbox } from '#platform/outbox/outbox.js';
import { outboxToLedger, type LedgerOutbox } from '#platform/outbox/outbox-to-ledger.js';
import { reluctantReporter } from '#platform/reluctant-reporter.js';
import { SignedRequestRepository } from '#platform/replay/signed-request.repository.js';
import { SignedRequests } from '#platform/replay/signed-requests.js';
import { Repeating } from '#platform/repeating.js';
import { AlertRepository } from './alerts/alert.repository.js';
import { AlertService } from './alerts/alert.service.js';
import { LEDGER_SOURCE } from './alerts/ledger-source.js';
import { NoteRepository } from './alerts/note.repository.js';
import { Speakers } from './alerts/speakers.js';
import type { LedgerConfig } from './ledger-config.js';
import { LedgerLifecycle } from './ledger-lifecycle.js';
import { LedgerMetrics } from './ledger-metrics.js';
import { SequencedLogRepository } from './publication/sequenced-log.repository.js';
import { EventIndexRepository } from './reading/event-index.repository.js';
import { EventLookup } from './reading/event-lookup.js';
import { addReconciliationMetrics } from './reconciliation/reconciliation-metrics.js';
import { ReconciliationRepository } from './reconciliation/reconciliation.repository.js';
import { LONGEST_PAUSE, Reconciler } from './reconciliation/reconciler.js';
import { Reconciling } from './reconciliation/reconciling.js';
import { EvidenceService } from './sequencing/evidence.service.js';
import { SequencingRepository } from './sequencing/sequencing.repository.js';
import type { SourceListFile } from './sequencing/source-list-file.js';
import { openFamily } from './shards/open-family.js';
import { openStores } from './shards/open-shards.js';
import type { Family } from './shards/shard.js';
import { ShardRecordRepository } from './shards/shard-record.repository.js';
import { Witnesses } from './witnessing/witnesses.js';
import type { AskedWitnesses } from './witnessing/witness-policy-file.js';

/** What is opened before a ledger can be put together, and closed by its lifecycle. */
export interface LedgerSupplies {
  readonly config: LedgerConfig;
  readonly logger: Logger;
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly family: Family;
  readonly sources: SourceListFile;
  readonly witnesses: AskedWitnesses;
  /** Who may explain and resolve alerts, by thumbprint. */
  readonly operators: ReadonlyMap<string, KeyObject>;
  /** Where the ledger's own events go, as those of all other sources. */
  readonly publisher: EventPublisher;
  readonly now: () => Date;
  /** Whether events are taken, or could be. */
  readonly isTaking: () => boolean;
  readonly onFinal: (error: Error) => void;
}

const NONCE_BYTES = 32;
/** A list that was changed counts within this time. Milliseconds. */
const REREAD_EVERY = 2000;

export type Ledger = Awaited<ReturnType<typeof assembleLedger>>;

/** Every part of a ledger, and which other parts it is given. Rejects where a log must not be opened. */
export async function assembleLedger(supplies: LedgerSupplies, registry: Registry, readiness: Readiness) {
  const { config, logger, database, family, sources: listed, now, onFinal } = supplies;
  const metrics = new LedgerMetrics(registry);
  const sequenced = new SequencedLogRepository(database);
  const { timeout } = config.witnesses;
  const witnesses = new Witnesses({ asked: supplies.witnesses, timeout, sequenced, metrics, logger });
  const { logs, root, keeper } = await openFamily({
    ...{ family, metrics, logger, onFinal, sequenced, witnesses, stores: await openStores(config.storage) },
    ...{ catchesUp: config.catchesUp, partitions: config.shards },
    sequencing: new SequencingRepository(database),
    records: new ShardRecordRepository(database),
  });
  const keeping = new Repeating(() => keeper.turn(), config.rootEvery, reluctantReporter(logger, 'the root log waits'));
  const events = new EventLookup(new EventIndexRepository(database), logs);
  const { outbox, checkOutbox } = ownOutbox(supplies, events);
  const alerts = new AlertRepository(database);
  const reconciliation = new ReconciliationRepository(database);
  const onError = reluctantReporter(logger, 'what was reconciled cannot be counted');
  addReconciliationMetrics(registry, { reconciliation, alerts, onError });
  const committed = (changes: readonly SluiceEvent[]) => {
    outbox.committed(changes);
  };
  const speakers = new Speakers(supplies.operators, () => listed.keys);
  const alertService = new AlertService({
    ...{ alerts, speakers, committed, now },
    notes: new NoteRepository(database),
    newNonce: () => randomBytes(NONCE_BYTES),
  });
  const requests = new SignedRequests(
    new SignedRequestRepository(database),
    now,
    reluctantReporter(logger, 'old orders cannot be deleted'),
  );
  const trust = { keys: supplies.operators, audience: orderAudience(LEDGER_SOURCE, config.origin), type: ALERT_TYPE };
  return {
    ...{ logs, root, keeper, witnesses },
    ...{ reconciliation, alerts, alertService, speakers },
    orders: new OperatorOrders(trust, requests, now),
    evidence: new EvidenceService({ logs, sources: new SourceCheck(() => listed.keys), metrics, logger, now, onFinal }),
    events,
    lifecycle: new LedgerLifecycle({
      ...{ logs, root, keeper, keeping, witnesses, database, readiness, publishWithin: config.publishWithin },
      rereading: rereading(listed, logger),
      ...{ outbox, checkOutbox, publisher: supplies.publisher, requests },
      reconciling: reconciling(supplies, reconciliation, outbox),
    }),
  };
}

/** The ledger is a source among sources: what it says of itself goes the way that all events go. */
function ownOutbox({ config, database, publisher, logger }: LedgerSupplies, events: EventLookup): LedgerOutbox {
  const { mergeDelay } = config;
  const confirm: Confirm = (names) => events.sequenced(names);
  return outboxToLedger({ database, publisher, confirm, mergeDelay, logger });
}

function reconciling(
  { config, logger, now, isTaking }: LedgerSupplies,
  repository: ReconciliationRepository,
  outbox: Outbox,
): Reconciling {
  const { every, ...deadlines } = config.reconciliation;
  const reconciler = new Reconciler({
    ...{ repository, deadlines, now, isTaking },
    longestPause: Math.max(LONGEST_PAUSE, 2 * every),
    committed: (found) => {
      outbox.committed(found);
      if (found.length > 0) logger.warn({ alerts: found.map(({ id, type }) => `${type} ${id}`) }, 'reconciled: alerts');
    },
    moved: () => {
      loop.moved();
    },
  });
  const loop: Reconciling = new Reconciling({
    ...{ every, cycle: (stopping) => reconciler.cycle(stopping) },
    onError: reluctantReporter(logger, 'the logs cannot be reconciled'),
  });
  return loop;
}

function rereading(listed: SourceListFile, logger: Logger): Repeating {
  const reread = async () => {
    if (await listed.refresh()) logger.info({ sources: [...listed.keys.keys()] }, 'the list of sources was changed');
  };
  return new Repeating(reread, REREAD_EVERY, reluctantReporter(logger, 'the list of sources cannot be read anew'));
}
