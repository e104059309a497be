import type { Kafka, Producer } from 'kafkajs';
import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import { splitEvents } from '../split-events.js';
import type { KafkaConfig } from '../transport-config.js';
import { createProducer } from './create-kafka.js';
import { ensureTopics } from './ensure-topics.js';
import { toKafkaMessage } from './kafka-message.js';

/** Half of what a broker takes in one record batch by default. */
const REQUEST = { count: 2_000, bytes: 512 * 1024 };

/**
 * Events of one call go out in requests that wait for each other, each acknowledged by all in-sync replicas. Needs no
 * broker to be made: it connects when there is something to publish, and again after an outage.
 */
export class KafkaPublisher implements EventPublisher {
  private readonly producer: Producer;
  private readonly ready = new Map<string, Promise<void>>();

  constructor(
    private readonly kafka: Kafka,
    private readonly config: KafkaConfig,
  ) {
    this.producer = createProducer(kafka);
  }

  async publish(topic: string, events: readonly SluiceEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.once(topic);
    for (const part of splitEvents(events, REQUEST)) {
      await this.producer.send({ topic, acks: -1, messages: part.map(toKafkaMessage) });
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  /** The topic is there and the producer connected: found out once, and again after it failed. */
  private once(topic: string): Promise<void> {
    const known = this.ready.get(topic);
    if (known !== undefined) return known;
    const attempt = this.prepare(topic).catch((error: unknown) => {
      this.ready.delete(topic);
      throw error;
    });
    this.ready.set(topic, attempt);
    return attempt;
  }

  private async prepare(topic: string): Promise<void> {
    await this.producer.connect();
    await ensureTopics(this.kafka, this.config, [topic]);
  }
}
