import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, Kafka } from 'kafkajs';
import { messageOf, retryDelay, type TransportLogger } from '../event-server.js';
import { findLostMessages, type LostMessages } from './lost-messages.js';

/** At what the broker has, before events are taken whatever it is: some ten seconds. */
const LOOKS = 7;

/** Names in the log what a broker lost although it had acknowledged it, as a consumer begins and as its batches come. */
export class BrokerLosses {
  /** The offset after the last that was taken, by partition: nothing before it should come again. */
  private readonly next = new Map<string, bigint>();

  constructor(
    private readonly kafka: Kafka,
    private readonly groupId: string,
    private readonly logger: TransportLogger,
  ) {}

  /** Never keeps the consumer from its work: rejects only once `closing` is aborted. */
  async look(topics: readonly string[], closing: AbortSignal): Promise<void> {
    for (let attempt = 1; attempt <= LOOKS; attempt += 1) {
      try {
        for (const lost of await findLostMessages(this.kafka, this.groupId, topics)) this.report(lost);
        return;
      } catch (error) {
        // A broker that has just started has no coordinator of the group yet.
        const reason = messageOf(error);
        this.logger.warn({ attempt, reason }, 'what the broker has cannot be compared with what was taken');
        await delay(retryDelay(attempt), undefined, { signal: closing });
      }
    }
  }

  /** A batch has come: it begins before what was taken if the partition lost that. */
  came(batch: Batch): void {
    const { topic, partition } = batch;
    const taken = this.next.get(streamOf(batch));
    const has = batch.firstOffset();
    if (taken === undefined || has === null || BigInt(has) >= taken) return;
    this.report({ topic, partition, taken: String(taken), has });
    this.next.delete(streamOf(batch));
  }

  /** A batch was taken. `next`: the offset after it. */
  taken(batch: Batch, next: string): void {
    this.next.set(streamOf(batch), BigInt(next));
  }

  private report(lost: LostMessages): void {
    this.logger.error(
      lost,
      'the broker has lost events that it had acknowledged: its partition ends before what was taken, and is read again. What the ledger lacks comes again from the outboxes',
    );
  }
}

function streamOf({ topic, partition }: Batch): string {
  return `${topic}/${partition}`;
}
