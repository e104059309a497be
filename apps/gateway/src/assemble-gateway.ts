import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import type { openDatabase } from '#platform/database/open-database.js';
import { FailureBudget } from '#platform/failure-budget.js';
import type { Readiness } from '#platform/health/readiness.js';
import { ErasureRepository } from '#platform/erasure/erasure.repository.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { subjectSecret } from '#platform/erasure/subject-secret.js';
import { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import { ledgerConfirmation } from '#platform/outbox/ledger-confirmation.js';
import type { Outbox } from '#platform/outbox/outbox.js';
import { outboxToLedger } from '#platform/outbox/outbox-to-ledger.js';
import { WriterChainRepository } from '#platform/outbox/writer-chain.repository.js';
import { WriterChains } from '#platform/outbox/writer-chains.js';
import { reluctantReporter } from '#platform/reluctant-reporter.js';
import { AdministrationService } from './administration/administration.service.js';
import { AgreementRepository } from './administration/agreement.repository.js';
import { DepartmentRepository } from './administration/department.repository.js';
import { RegistryTransactions } from './administration/registry-transaction.repository.js';
import { SystemRepository } from './administration/system.repository.js';
import { AccessLog } from './exchange/access-log.js';
import { AccessRepository } from './exchange/access.repository.js';
import { AdapterClient } from './exchange/adapter.client.js';
import { ExchangeMetrics } from './exchange/exchange-metrics.js';
import { ExchangeService } from './exchange/exchange.service.js';
import { SignatureRefusals } from './exchange/signature-refusals.js';
import { accessDetails, toAccessErased } from './erasure/access-erasure.js';
import type { GatewayConfig } from './gateway-config.js';
import { GatewayLifecycle } from './gateway-lifecycle.js';
import { QuotaRepository } from './quota/quota.repository.js';
import { Quotas } from './quota/quotas.js';
import { LedgerClient } from './receipts/ledger.client.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';
import { ReceiptService } from './receipts/receipt.service.js';
import { RegistryReader } from './registry/registry-reader.repository.js';
import { RegistryService } from './registry/registry.service.js';
import { SignedRequestRepository } from '#platform/replay/signed-request.repository.js';
import { SignedRequests } from '#platform/replay/signed-requests.js';

/** What is opened before a gateway can be put together, and closed by its lifecycle. */
export interface GatewaySupplies {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly publisher: EventPublisher;
  readonly signingKey: SigningKey;
  readonly operators: ReadonlyMap<string, KeyObject>;
  readonly now: () => Date;
}

export type Gateway = ReturnType<typeof assembleGateway>;

/** Every part of a gateway, and which other parts it is given. Nothing runs before the lifecycle starts it. */
export function assembleGateway(supplies: GatewaySupplies, metricsRegistry: MetricsRegistry, readiness: Readiness) {
  const { config, database, publisher, now, logger } = supplies;
  const metrics = new ExchangeMetrics(metricsRegistry);
  const { mergeDelay } = config;
  const confirm = ledgerConfirmation(config.ledger.url);
  const { outbox, checkOutbox } = outboxToLedger({ database, publisher, confirm, mergeDelay, logger });
  const publish: Outbox['committed'] = (events) => {
    outbox.committed(events);
  };
  const registry = registryOf(config, logger);
  const requests = new SignedRequests(
    new SignedRequestRepository(database),
    now,
    reluctantReporter(logger, 'old signed requests cannot be deleted'),
  );
  const quotas = new Quotas(new QuotaRepository(database));
  const adapters = adaptersOf(config, metrics);
  const chains = new WriterChains(new WriterChainRepository(database));
  const log = accessLogOf(new AccessRepository(database, chains), publish, metrics, logger);
  const secret = subjectSecret(config.subjectSecret, 'gateway', supplies.signingKey);
  const subjects = new SubjectIndex(database, secret);
  const failures = new FailureBudget(config.failures.burst, config.failures.perSecond);
  const issuer = { name: config.issuer, key: supplies.signingKey, lifetime: config.decisionLifetime };
  return {
    metrics,
    registry,
    requests,
    exchange: new ExchangeService({
      ...{ registry, quotas, subjects, log, adapters, failures, issuer, mergeDelay, now, logger },
    }),
    refusals: new SignatureRefusals({ registry, log, subjects, failures, metrics, now, logger }),
    receipts: new ReceiptService(
      new ReceiptRepository(database),
      new LedgerClient(config.ledger.url, config.ledger.timeout),
    ),
    administration: new AdministrationService({
      transactions: new RegistryTransactions(database),
      committed: publish,
      refresh: () => registry.refresh(),
      now,
    }),
    erasures: new ErasureService({
      ...{ subjects, now, committed: publish, toEvent: toAccessErased },
      records: new ErasureRepository(database, accessDetails),
    }),
    departments: new DepartmentRepository(database),
    systems: new SystemRepository(database),
    agreements: new AgreementRepository(database),
    lifecycle: new GatewayLifecycle({
      ...{ database, publisher, outbox, checkOutbox, registry, requests, log, chains, quotas, adapters, readiness },
    }),
  };
}

function registryOf(config: GatewayConfig, logger: Logger): RegistryService {
  return new RegistryService(new RegistryReader(config.database.url), {
    failed: reluctantReporter(logger, 'the registry cannot be read'),
    loaded: ({ version }, faults) => {
      logger.info({ version }, 'registry loaded');
      if (faults.length > 0) logger.error({ faults }, 'parts of the registry do not fit and permit nothing');
    },
  });
}

function adaptersOf(config: GatewayConfig, metrics: ExchangeMetrics): AdapterClient {
  return new AdapterClient({
    ...config.adapter,
    answered: (department, milliseconds) => {
      metrics.adapterAnswered(department, milliseconds);
    },
  });
}

function accessLogOf(
  repository: AccessRepository,
  publish: Outbox['committed'],
  metrics: ExchangeMetrics,
  logger: Logger,
): AccessLog {
  const forgetting = reluctantReporter(logger, 'more failures are in doubt than are remembered: some are forgotten');
  return new AccessLog(repository, publish, {
    committed: (kind, items) => {
      metrics.committed(kind, items);
    },
    failed: reluctantReporter(logger, 'failures of doubtful permits cannot be recorded yet'),
    forgot: ({ id }) => {
      metrics.forgotFailure();
      forgetting(new Error(`exchange ${id}`));
    },
  });
}
