import type { PgBoss } from 'pg-boss';
import { v7 as uuidV7 } from 'uuid';
import type { EventPublisher, PublishedEvent } from '#events/transport.js';
import { BATCH_LIMIT } from '../event-batch.js';
import { splitEvents } from '../split-events.js';
import { NUDGE_CHANNEL, ensureQueues } from './create-boss.js';
import { toJob } from './job.js';

/**
 * One job holds up to 512 events of one call. Jobs are taken in the order in which the database got them, so what one
 * call published is taken after what was published before it was called.
 */
export class EmbeddedPublisher implements EventPublisher {
  private readonly ready = new Set<string>();

  constructor(private readonly boss: PgBoss) {}

  async publish(topic: string, events: readonly PublishedEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (!this.ready.has(topic)) {
      await ensureQueues(this.boss, topic);
      this.ready.add(topic);
    }
    for (const part of splitEvents(events, BATCH_LIMIT)) {
      // An id that grows: it settles the order of jobs that the clock of the database cannot tell apart.
      const id = await this.boss.send(topic, toJob(part), { id: uuidV7() });
      if (id === null) throw new Error(`The queue ${topic} did not take the events`);
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
}
