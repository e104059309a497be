import type { PgBoss } from 'pg-boss';
import { v7 as uuidV7 } from 'uuid';
import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import { BATCH_LIMIT, proveAndPack, type ProvenBatch } from '../event-batch.js';
import { splitEvents } from '../split-events.js';
import { inTransaction } from './boss-transaction.js';
import { NUDGE_CHANNEL, ensureQueues } from './create-boss.js';
import { storeBatch } from './stored-batch.js';

/**
 * One job stands for up to 512 events of one call. Jobs are taken in the order in which the database got them, so what one
 * call published is taken after what was published before it was called.
 */
export class EmbeddedPublisher implements EventPublisher {
  private readonly ready = new Set<string>();

  constructor(
    private readonly boss: PgBoss,
    private readonly key: SigningKey,
  ) {}

  async publish(topic: string, events: readonly SluiceEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (!this.ready.has(topic)) {
      await ensureQueues(this.boss, topic);
      this.ready.add(topic);
    }
    for (const part of splitEvents(events, BATCH_LIMIT)) await this.send(topic, proveAndPack(part, this.key));
  }

  async close(): Promise<void> {
    await this.boss.stop();
  }

  /** The consumer is nudged by the commit; where that is lost, it costs the rest of a pause. */
  private async send(topic: string, batch: ProvenBatch): Promise<void> {
    // An id that grows: it settles the order of jobs that the clock of the database cannot tell apart.
    const id = uuidV7();
    await inTransaction(this.boss, async (db) => {
      await storeBatch(db, id, batch);
      const sent = await this.boss.send(topic, null, { id, db });
      if (sent === null) throw new Error(`The queue ${topic} did not take the events`);
      await db.executeSql('SELECT pg_notify($1, $2)', [NUDGE_CHANNEL, topic]);
    });
  }
}
