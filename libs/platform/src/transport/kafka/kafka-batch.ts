import type { KafkaMessage, Message } from 'kafkajs';
import type { ReceivedPart } from '#events/transport.js';
import { NO_BATCH, unpackBatch, type ProvenBatch } from '../event-batch.js';

/*
 * A record holds a batch of the events of its partition. The Kafka binding of CloudEvents has no content mode for batches,
 * so this follows the HTTP binding's (3.3): the media type says what the value is, and its encoding how to read it. A record
 * for each event, with a header for each attribute, took several times the processor time, in the clients and in the broker.
 */
const BATCH_TYPE = 'application/cloudevents-batch+json';
const ENCODING = 'zstd';
const PROOF = 'batch-proof';

/** `partition`: of all its events. */
export function toKafkaBatch({ frame, proof }: ProvenBatch, partition: number): Message {
  return {
    partition,
    value: frame,
    headers: { 'content-type': BATCH_TYPE, 'content-encoding': ENCODING, [PROOF]: proof },
  };
}

type Received = Pick<KafkaMessage, 'value' | 'headers'>;

/** What is no batch is one malformed message. */
export function fromKafka(record: Received): ReceivedPart {
  const bytes = record.value ?? new Uint8Array();
  const proof = headerOf(record, PROOF);
  return {
    bytes,
    ...(proof === undefined ? {} : { proof }),
    unpack: () => (isBatch(record) ? unpackBatch(bytes) : [{ raw: bytes, malformed: NO_BATCH }]),
  };
}

export function isBatch(record: Received): boolean {
  return headerOf(record, 'content-type') === BATCH_TYPE && headerOf(record, 'content-encoding') === ENCODING;
}

/** Undefined where it is there twice: one of them could be anybody's. */
function headerOf({ headers = {} }: Received, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? undefined : value?.toString();
}
