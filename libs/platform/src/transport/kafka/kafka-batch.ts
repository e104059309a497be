import type { KafkaMessage, Message } from 'kafkajs';
import type { PublishedEvent, ReceivedPart } from '#events/transport.js';
import { packBatch, unpackBatch } from '../event-batch.js';
import { fromKafkaMessage } from './kafka-message.js';

/*
 * A record holds a batch of the events of its partition. The Kafka binding of CloudEvents has no content mode for batches,
 * so this follows the HTTP binding's (3.3): the media type says what the value is, and its encoding how to read it. A record
 * for each event, with a header for each attribute, took several times the processor time, in the clients and in the broker.
 */
const BATCH_TYPE = 'application/cloudevents-batch+json';
const ENCODING = 'zstd';

/** `events`: of this partition. */
export function toKafkaBatch(events: readonly PublishedEvent[], partition: number): Message {
  return {
    partition,
    value: packBatch(events),
    headers: { 'content-type': BATCH_TYPE, 'content-encoding': ENCODING },
  };
}

type Received = Pick<KafkaMessage, 'key' | 'value' | 'headers'>;

/** What is no batch is read as a single event in binary mode: others send such, and so did earlier releases. */
export function fromKafka(message: Received): ReceivedPart {
  const { value } = message;
  if (value === null || !isBatch(message)) return () => [fromKafkaMessage(message)];
  return () => unpackBatch(value);
}

export function isBatch({ headers = {} }: Received): boolean {
  return headers['content-type']?.toString() === BATCH_TYPE && headers['content-encoding']?.toString() === ENCODING;
}
