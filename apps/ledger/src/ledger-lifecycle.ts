import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { NotReady, type Readiness } from '#platform/health/readiness.js';
import type { ShardLogs } from './shards/shard-log.js';

export interface LifecycleParts {
  readonly logs: ShardLogs;
  readonly witnesses: { close(): Promise<void> };
  readonly database: { query(sql: string): Promise<unknown>; destroy(): Promise<void> };
  readonly readiness: Readiness;
  /** Keeps the list of sources up to date. */
  readonly rereading: { start(): void; stop(): Promise<void> };
  /** Milliseconds. */
  readonly publishWithin: number;
}

/** When the parts of a ledger begin, and in which order they end. */
export class LedgerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: LifecycleParts) {}

  onApplicationBootstrap(): void {
    const { logs, readiness, database, rereading } = this.parts;
    rereading.start();
    for (const { publisher } of logs.all) publisher.start();
    readiness.register('database', async () => {
      await database.query('SELECT 1');
    });
    readiness.register('tiles', async () => {
      // All logs lie at one place.
      await logs.all[0]?.published.requireReadable();
    });
    readiness.register('publication', () => {
      this.checkPublication();
    });
  }

  /** The consumer has taken its last batch by now: what it sequenced is published, then the database is let go. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.parts.logs.all.map(({ publisher }) => publisher.stop()));
    await this.parts.rereading.stop();
    await this.parts.witnesses.close();
    await this.parts.database.destroy();
  }

  private checkPublication(): void {
    for (const { shard, publisher, cosigner } of this.parts.logs.all) {
      const { entries, seconds } = publisher.lag();
      if (seconds * 1000 > this.parts.publishWithin) {
        const waiting = `shard ${shard.number}: ${entries} entries wait for ${Math.round(seconds)} s to be published`;
        const away = cosigner?.away ?? [];
        throw new NotReady(away.length === 0 ? waiting : `${waiting}; witnesses away: ${away.join(', ')}`);
      }
    }
  }
}
