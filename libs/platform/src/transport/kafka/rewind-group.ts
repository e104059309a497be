import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { retryDelay } from '../event-server.js';

/** Some twenty seconds: a member of the group that was killed is counted out after ten. */
const TRIES = 10;

/**
 * Has a group read these topics again from the beginning. Rejects where somebody else reads for the group and stays: its
 * offsets cannot be put back under it.
 */
export async function rewindGroup(
  kafka: Kafka,
  groupId: string,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (const topic of topics) {
      await untilDone(() => admin.resetOffsets({ groupId, topic, earliest: true }), signal);
    }
  } finally {
    await admin.disconnect();
  }
}

async function untilDone(act: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (attempt === TRIES) throw error;
      await delay(retryDelay(attempt), undefined, { signal });
    }
  }
}
