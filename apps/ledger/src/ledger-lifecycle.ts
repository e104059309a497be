import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { EventPublisher } from '#events/transport.js';
import { NotReady, type Readiness, type ReadinessCheck } from '#platform/health/readiness.js';
import type { Outbox } from '#platform/outbox/outbox.js';
import type { SignedRequests } from '#platform/replay/signed-requests.js';
import type { Reconciling } from './reconciliation/reconciling.js';
import type { RunningLog, ShardLogs } from './shards/shard-log.js';
import { labelOf } from './shards/shard.js';

export interface LifecycleParts {
  readonly logs: ShardLogs;
  /** The log of the shards' checkpoints. */
  readonly root: RunningLog;
  readonly keeper: { turn(): Promise<void>; showList(): Promise<void> };
  /** Has the keeper take its turns. */
  readonly keeping: { start(): void; stop(): Promise<void> };
  readonly witnesses: { close(): Promise<void> };
  readonly database: { query(sql: string): Promise<unknown>; destroy(): Promise<void> };
  readonly readiness: Readiness;
  /** Keeps the list of sources up to date. */
  readonly rereading: { start(): void; stop(): Promise<void> };
  /** Of what the ledger says itself. */
  readonly outbox: Outbox;
  readonly checkOutbox: ReadinessCheck;
  readonly publisher: EventPublisher;
  readonly reconciling: Reconciling;
  /** Which orders were carried out. */
  readonly requests: Pick<SignedRequests, 'start' | 'stop'>;
  /** Milliseconds. */
  readonly publishWithin: number;
}

/** When the parts of a ledger begin, and in which order they end. */
export class LedgerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: LifecycleParts) {}

  onApplicationBootstrap(): void {
    const { logs, root, keeping, readiness, database, rereading, outbox, reconciling, requests } = this.parts;
    rereading.start();
    for (const { publisher } of [root, ...logs.all]) publisher.start();
    keeping.start();
    outbox.start();
    reconciling.start();
    requests.start();
    readiness.register('database', async () => {
      await database.query('SELECT 1');
    });
    readiness.register('tiles', async () => {
      // All logs lie at one place.
      await root.published.requireReadable();
    });
    readiness.register('publication', () => {
      this.checkPublication();
    });
    readiness.register('reconciliation', () => {
      reconciling.check();
    });
    readiness.register('outbox', this.parts.checkOutbox);
  }

  /** The consumer has taken its last batch by now: what it sequenced is published, then the database is let go. */
  async onApplicationShutdown(): Promise<void> {
    const { logs, root, keeper, keeping, rereading, witnesses, database } = this.parts;
    await this.stopReconciling();
    await this.parts.requests.stop();
    await keeping.stop();
    await Promise.all(logs.all.map(({ publisher }) => publisher.stop()));
    // What cannot be entered now is entered by the next process.
    await keeper.turn().catch(() => undefined);
    await root.publisher.stop();
    await keeper.showList().catch(() => undefined);
    await rereading.stop();
    await witnesses.close();
    await database.destroy();
  }

  /** What it said and the log does not have yet is published by the next process. */
  private async stopReconciling(): Promise<void> {
    const { reconciling, outbox, publisher } = this.parts;
    await reconciling.stop();
    await outbox.stop();
    await publisher.close();
  }

  private checkPublication(): void {
    const { root, logs, publishWithin } = this.parts;
    for (const { shard, publisher, cosigner } of [...logs.all, root]) {
      const { entries, seconds } = publisher.lag();
      if (seconds * 1000 > publishWithin) {
        const waiting = `shard ${labelOf(shard.number)}: ${entries} entries wait for ${Math.round(seconds)} s to be published`;
        const away = cosigner?.away ?? [];
        throw new NotReady(away.length === 0 ? waiting : `${waiting}; witnesses away: ${away.join(', ')}`);
      }
    }
  }
}
