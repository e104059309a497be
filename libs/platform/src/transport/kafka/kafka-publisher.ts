import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import { BATCH_LIMIT, packAndProve } from '../event-batch.js';
import { splitEvents } from '../split-events.js';
import { createProducer } from './create-kafka.js';
import { toKafkaBatch } from './kafka-batch.js';
import { partitionOf } from './key-partition.js';
import { TopicPartitions } from './topic-partitions.js';

/**
 * Events of one call go out in requests that wait for each other, each acknowledged by all in-sync replicas. Needs no
 * broker to be made: it connects when there is something to publish, and again after an outage. It creates no topic: how
 * many partitions there are is for the consumer to say. Until that has come, publishing rejects.
 */
export class KafkaPublisher implements EventPublisher {
  private readonly producer: Producer;
  private readonly admin: Admin;
  private readonly partitions: TopicPartitions;
  private connected: Promise<void> | undefined;

  constructor(
    kafka: Kafka,
    private readonly key: SigningKey,
  ) {
    this.producer = createProducer(kafka);
    this.admin = kafka.admin();
    this.partitions = new TopicPartitions(this.admin);
  }

  async publish(topic: string, events: readonly SluiceEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.connect();
    try {
      for (const part of splitEvents(events, BATCH_LIMIT)) {
        await this.producer.send({ topic, acks: -1, messages: await this.batches(topic, part) });
      }
    } catch (error) {
      this.partitions.forget(topic);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
    await this.producer.disconnect();
  }

  /** Those of one key are in one partition, in their order. */
  private async batches(topic: string, events: readonly SluiceEvent[]): Promise<Message[]> {
    const partitions = await this.partitions.of(topic);
    const groups = Map.groupBy(events, ({ key }) => partitionOf(key, partitions));
    return Array.from(groups, ([partition, group]) => toKafkaBatch(packAndProve(group, this.key), partition));
  }

  /** Once, and again after it failed. */
  private connect(): Promise<void> {
    this.connected ??= Promise.all([this.producer.connect(), this.admin.connect()]).then(
      () => undefined,
      (error: unknown) => {
        this.connected = undefined;
        throw error;
      },
    );
    return this.connected;
  }
}
