import type { Kafka, Producer } from 'kafkajs';
import type { EventPublisher, PublishedEvent } from '#events/transport.js';
import { splitEvents } from '../split-events.js';
import { createProducer } from './create-kafka.js';
import { toKafkaMessage } from './kafka-message.js';

/** Half of what a broker takes in one record batch by default. */
const REQUEST = { count: 2_000, bytes: 512 * 1024 };

/**
 * Events of one call go out in requests that wait for each other, each acknowledged by all in-sync replicas. Needs no
 * broker to be made: it connects when there is something to publish, and again after an outage. It creates no topic: how
 * many partitions there are is for the consumer to say. Until that has come, publishing rejects.
 */
export class KafkaPublisher implements EventPublisher {
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;

  constructor(kafka: Kafka) {
    this.producer = createProducer(kafka);
  }

  async publish(topic: string, events: readonly PublishedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.connect();
    for (const part of splitEvents(events, REQUEST)) {
      await this.producer.send({ topic, acks: -1, messages: part.map(toKafkaMessage) });
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  /** Once, and again after it failed. */
  private connect(): Promise<void> {
    this.connected ??= this.producer.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    });
    return this.connected;
  }
}
