import type { PoolConfig } from 'pg';
import { PgBoss, type ConstructorOptions } from 'pg-boss';
import { LosableClient } from '../../database/losable-client.js';
import type { TransportLogger } from '../event-server.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import type { EmbeddedConfig } from '../transport-config.js';
import { ensureBatchTable } from './stored-batch.js';

/** Ten years: an event waits for its ledger however long that takes. */
const RETENTION_SECONDS = 10 * 365 * 86_400;

/** The channel on which a publisher says that there is something in a topic's queue. A hint: queues are polled too. */
export const NUDGE_CHANNEL = 'sluice_events';

/**
 * Started, its schema in place. pg-boss gives the queues; what it offers for jobs that run on their own (schedules,
 * workers, retries one by one) would not keep the order and stays off.
 */
export async function createBoss(
  config: EmbeddedConfig,
  role: { readonly connections: number; readonly supervise: boolean },
  logger?: TransportLogger,
): Promise<PgBoss> {
  const options: ConstructorOptions & Pick<PoolConfig, 'Client'> = {
    connectionString: config.url,
    application_name: 'sluice-events',
    max: role.connections,
    // pg-boss hands its options on to pg's pool.
    Client: LosableClient,
    supervise: role.supervise,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  };
  const boss = new PgBoss(options);
  // Without a listener an idle connection that drops would end the process. What matters also rejects a call.
  boss.on('error', (error) => logger?.warn({ reason: error.message }, 'pg-boss'));
  boss.on('warning', ({ message }) => logger?.warn({ reason: message }, 'pg-boss'));
  try {
    return await boss.start({ attempts: 5 });
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
}

/** Queues, and the table of the batches that their jobs are about. Safe to repeat, and by several at once. */
export async function ensureQueues(boss: PgBoss, topic: string): Promise<void> {
  await ensureBatchTable(boss.getDb());
  for (const queue of [topic, deadLetterTopic(topic)]) {
    await boss.createQueue(queue, { retentionSeconds: RETENTION_SECONDS });
  }
}
