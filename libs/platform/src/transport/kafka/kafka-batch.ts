import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { ReceivedPart } from '#events/transport.js';
import { unpackBatch, type PackedBatch } from '../event-batch.js';

/*
 * A record holds a batch of the events of its partition. The Kafka binding of CloudEvents has no content mode for batches,
 * so this follows the HTTP binding's (3.3): the media type says what the value is, and its encoding how to read it. A record
 * for each event, with a header for each attribute, took several times the processor time, in the clients and in the broker.
 */
const PROOF = 'batch-proof';
const DESCRIBED = { 'content-type': 'application/cloudevents-batch+json', 'content-encoding': 'zstd' };

/** `partition`: of all its events. */
export function toKafkaBatch({ frame, proof }: PackedBatch, partition: number): Message {
  return { partition, value: frame, headers: { ...DESCRIBED, [PROOF]: proof } };
}

type Received = Pick<KafkaMessage, 'value' | 'headers'>;

/** Whatever its headers say: what is no batch is one malformed message. */
export function fromKafka(record: Received): ReceivedPart {
  const bytes = record.value ?? new Uint8Array();
  const proof = headersOfBatch(record)[PROOF]?.toString();
  return { bytes, ...(proof === undefined ? {} : { proof }), unpack: () => unpackBatch(bytes) };
}

/**
 * Those of a batch that are there, once each: of two, one could be anybody's. kafkajs reads some of others that it cannot
 * write again.
 */
export function headersOfBatch({ headers = {} }: Received): IHeaders {
  const names = [...Object.keys(DESCRIBED), PROOF].filter((name) => Buffer.isBuffer(headers[name]));
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}
