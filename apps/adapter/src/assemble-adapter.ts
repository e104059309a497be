import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { EventPublisher } from '#events/transport.js';
import { ERASURE_TYPE } from '#exchange/erasure.js';
import type { SigningKey } from '#exchange/keys.js';
import { orderAudience, type OrderTrust } from '#exchange/operator-order.js';
import { secretFrom } from '#platform/config/secret-from.js';
import { formatVkey } from '#merkle/note-key.js';
import type { openDatabase } from '#platform/database/open-database.js';
import { ErasureRepository } from '#platform/erasure/erasure.repository.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { subjectSecret } from '#platform/erasure/subject-secret.js';
import { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import type { Readiness } from '#platform/health/readiness.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import { ledgerConfirmation } from '#platform/outbox/ledger-confirmation.js';
import { outboxToLedger } from '#platform/outbox/outbox-to-ledger.js';
import { WriterChainRepository } from '#platform/outbox/writer-chain.repository.js';
import { WriterChains } from '#platform/outbox/writer-chains.js';
import { reluctantReporter } from '#platform/reluctant-reporter.js';
import { SignedRequestRepository } from '#platform/replay/signed-request.repository.js';
import { SignedRequests } from '#platform/replay/signed-requests.js';
import type { AdapterConfig } from './adapter-config.js';
import { AdapterLifecycle } from './adapter-lifecycle.js';
import type { DepartmentConfig } from './config/department.js';
import { recordedReleases, releaseErasedBy } from './erasure/release-erasure.js';
import { CursorSeal } from './query/cursor-seal.js';
import { PseudonymKeys } from './release/pseudonym-keys.js';
import { ReleaseLog } from './release/release-log.js';
import { ReleaseMetrics } from './release/release-metrics.js';
import { ReleaseRepository } from './release/release.repository.js';
import { ReleaseService } from './release/release.service.js';
import type { Source } from './source/source.js';
import { WitnessMetrics } from './witness/witness-metrics.js';
import { WitnessRepository } from './witness/witness.repository.js';
import { WitnessService } from './witness/witness.service.js';
import type { WitnessSettings } from './witness/witness-settings.js';

/** What is opened before an adapter can be put together, and closed by its lifecycle. */
export interface AdapterSupplies {
  readonly config: AdapterConfig;
  readonly department: DepartmentConfig;
  readonly logger: Logger;
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly publisher: EventPublisher;
  readonly source: Source;
  readonly signingKey: SigningKey;
  readonly gatewayKeys: ReadonlyMap<string, KeyObject>;
  /** Who may erase. Empty where nobody may. */
  readonly operators: ReadonlyMap<string, KeyObject>;
  /** Absent where the adapter is no witness. */
  readonly witness: WitnessSettings | undefined;
  readonly now: () => Date;
}

export type Adapter = ReturnType<typeof assembleAdapter>;

/** Every part of an adapter, and which other parts it is given. Nothing runs before the lifecycle starts it. */
export function assembleAdapter(supplies: AdapterSupplies, registry: Registry, readiness: Readiness) {
  const { config, department, database, publisher, source, signingKey, logger, now } = supplies;
  const metrics = new ReleaseMetrics(registry, () => source.load);
  const { mergeDelay } = config;
  const confirm = ledgerConfirmation(config.ledgerUrl);
  const { outbox, checkOutbox } = outboxToLedger({ database, publisher, confirm, mergeDelay, logger });
  const chains = new WriterChains(new WriterChainRepository(database));
  const log = new ReleaseLog(
    new ReleaseRepository(database, chains),
    (events) => {
      outbox.committed(events);
    },
    (items) => {
      metrics.committed(items);
    },
  );
  const subjects = new SubjectIndex(database, subjectSecret(config.subjectSecret, 'adapter', signingKey));
  const erasures = new ErasureService({
    ...{ subjects, now, toEvent: releaseErasedBy(department.department.id) },
    records: new ErasureRepository(database, recordedReleases),
    committed: (events) => {
      outbox.committed(events);
    },
  });
  const { secret, epoch } = config.pseudonyms;
  const pseudonymSecret =
    secret === undefined ? secretFrom(signingKey, 'adapter pseudonym') : Buffer.from(secret, 'base64url');
  const releases = new ReleaseService({
    department: department.department.id,
    key: signingKey,
    resources: new Map(department.resources.map((resource) => [resource.id, resource])),
    read: (query, signal) => metrics.measureSource(() => source.read(query, signal)),
    seal: new CursorSeal(secretFrom(signingKey, 'adapter cursor'), epoch),
    pseudonyms: new PseudonymKeys(pseudonymSecret, epoch),
    subjects,
    log,
    now,
  });
  const requests = new SignedRequests(
    new SignedRequestRepository(database),
    now,
    reluctantReporter(logger, 'old orders cannot be deleted'),
  );
  const witness = assembleWitness(supplies, registry);
  const parts = { database, publisher, outbox, chains, checkOutbox, source, readiness, requests, witness };
  return {
    metrics,
    releases,
    erasures,
    orders: new OperatorOrders(ordersOf(supplies), requests, now),
    witness,
    lifecycle: new AdapterLifecycle(parts),
  };
}

/** Nobody's, where the adapter was not told of an operator. */
function ordersOf({ config, department, operators }: AdapterSupplies): OrderTrust {
  const source = `adapter/${department.department.id}`;
  return { keys: operators, audience: orderAudience(source, config.ledgerOrigin ?? ''), type: ERASURE_TYPE };
}

function assembleWitness(
  { witness: settings, database, logger, now }: AdapterSupplies,
  registry: Registry,
): WitnessService | undefined {
  if (settings === undefined) return undefined;
  const metrics = new WitnessMetrics(registry);
  const vkeys = settings.signers.map(({ signer }) => formatVkey(signer.key));
  logger.info({ witness: settings.name, vkeys, logs: [...settings.logs.keys()] }, 'witnesses checkpoints');
  return new WitnessService({ settings, records: new WitnessRepository(database), metrics, logger, now });
}
