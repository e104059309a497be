import type { PgBoss } from 'pg-boss';
import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import { BATCH_LIMIT, packAndProve } from '../event-batch.js';
import { splitEvents } from '../split-events.js';
import { NUDGE_CHANNEL, ensureQueues } from './create-boss.js';
import { sendBatch } from './stored-batch.js';

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
    try {
      await this.prepare(topic);
      for (const part of splitEvents(events, BATCH_LIMIT)) {
        await sendBatch(this.boss, topic, packAndProve(part, this.key));
      }
    } catch (error) {
      this.ready.delete(topic);
      throw error;
    }
    // Durable by now. A nudge that is lost costs the consumer the rest of its pause.
    await this.boss
      .getDb()
      .executeSql('SELECT pg_notify($1, $2)', [NUDGE_CHANNEL, topic])
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.boss.stop();
  }

  /** Once, and again after something failed: the queue may be gone. */
  private async prepare(topic: string): Promise<void> {
    if (this.ready.has(topic)) return;
    await ensureQueues(this.boss, topic);
    this.ready.add(topic);
  }
}
