import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { EventPublisher } from '#events/transport.js';
import type { Readiness, ReadinessCheck } from '#platform/health/readiness.js';
import type { Outbox } from '#platform/outbox/outbox.js';
import type { Source } from './source/source.js';

export interface LifecycleParts {
  readonly database: { query(sql: string): Promise<unknown>; destroy(): Promise<void> };
  readonly publisher: EventPublisher;
  readonly outbox: Outbox;
  readonly checkOutbox: ReadinessCheck;
  readonly source: Source;
  readonly sourceFailed: (error: unknown) => void;
  readonly readiness: Readiness;
}

/** In which order the parts of an adapter begin, and in which they end: nothing is closed that another still needs. */
export class AdapterLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: LifecycleParts) {}

  onApplicationBootstrap(): void {
    const { outbox, readiness, database } = this.parts;
    outbox.start();
    readiness.register('database', async () => {
      await database.query('SELECT 1');
    });
    readiness.register('source', () => this.checkSource());
    readiness.register('outbox', this.parts.checkOutbox);
  }

  /** The last request has been answered by now. */
  async onApplicationShutdown(): Promise<void> {
    const { source, outbox, publisher, database } = this.parts;
    await source.close();
    await outbox.stop();
    await publisher.close();
    await database.destroy();
  }

  /** Anybody may ask whether the adapter is ready. Why the source fails names hosts, tables and files: for the log alone. */
  private async checkSource(): Promise<void> {
    try {
      await this.parts.source.check();
    } catch (error) {
      this.parts.sourceFailed(error);
      throw new Error('the source cannot be read', { cause: error });
    }
  }
}
