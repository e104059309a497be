import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { EventPublisher } from '#events/transport.js';
import type { Readiness, ReadinessCheck } from '#platform/health/readiness.js';
import type { Outbox } from '#platform/outbox/outbox.js';
import type { SignedRequests } from '#platform/replay/signed-requests.js';
import type { WriterChains } from '#platform/outbox/writer-chains.js';
import type { Source } from './source/source.js';
import type { WitnessService } from './witness/witness.service.js';

export interface LifecycleParts {
  readonly database: { query(sql: string): Promise<unknown>; destroy(): Promise<void> };
  readonly publisher: EventPublisher;
  readonly outbox: Outbox;
  readonly chains: WriterChains;
  readonly checkOutbox: ReadinessCheck;
  readonly source: Source;
  readonly readiness: Readiness;
  /** Which orders were carried out. */
  readonly requests: Pick<SignedRequests, 'start' | 'stop'>;
  /** Absent where the adapter is none. */
  readonly witness: Pick<WitnessService, 'begin'> | undefined;
}

/** In which order the parts of an adapter begin, and in which they end: nothing is closed that another still needs. */
export class AdapterLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: LifecycleParts) {}

  /** The first request comes after this. */
  async onApplicationBootstrap(): Promise<void> {
    const { outbox, readiness, database, source, requests, witness } = this.parts;
    await witness?.begin();
    outbox.start();
    requests.start();
    readiness.register('database', async () => {
      await database.query('SELECT 1');
    });
    readiness.register('source', () => source.check());
    readiness.register('outbox', this.parts.checkOutbox);
  }

  /** The last request has been answered by now. */
  async onApplicationShutdown(): Promise<void> {
    const { source, outbox, chains, publisher, database, requests } = this.parts;
    await source.close();
    await requests.stop();
    await chains.release();
    await outbox.stop();
    await publisher.close();
    await database.destroy();
  }
}
