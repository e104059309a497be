import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { EventPublisher } from '#events/transport.js';
import type { Readiness, ReadinessCheck } from '#platform/health/readiness.js';
import type { Outbox } from '#platform/outbox/outbox.js';
import type { WriterChains } from '#platform/outbox/writer-chains.js';
import type { AccessLog } from './exchange/access-log.js';
import type { AdapterClient } from './exchange/adapter.client.js';
import type { Quotas } from './quota/quotas.js';
import type { RegistryService } from './registry/registry.service.js';
import type { SignedRequests } from '#platform/replay/signed-requests.js';

export interface LifecycleParts {
  readonly database: { query(sql: string): Promise<unknown>; destroy(): Promise<void> };
  readonly publisher: EventPublisher;
  readonly outbox: Outbox;
  readonly checkOutbox: ReadinessCheck;
  readonly registry: RegistryService;
  readonly requests: SignedRequests;
  readonly log: AccessLog;
  readonly chains: WriterChains;
  readonly quotas: Quotas;
  readonly adapters: AdapterClient;
  readonly readiness: Readiness;
}

/** In which order the parts of a gateway begin, and in which they end: nothing is closed that another still needs. */
export class GatewayLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: LifecycleParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { registry, outbox, requests, log, readiness, database } = this.parts;
    await registry.start();
    outbox.start();
    requests.start();
    log.start();
    readiness.register('database', async () => {
      await database.query('SELECT 1');
    });
    readiness.register('registry', () => void registry.current());
    readiness.register('outbox', this.parts.checkOutbox);
  }

  /** The last request has been answered by now. */
  async onApplicationShutdown(): Promise<void> {
    const { registry, outbox, requests, log, chains, quotas, adapters, publisher, database } = this.parts;
    await requests.stop();
    await registry.stop();
    await adapters.close();
    await log.stop();
    await chains.release();
    await quotas.giveBack();
    await outbox.stop();
    await publisher.close();
    await database.destroy();
  }
}
