import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';
import { compressing, decompressing } from '../zstd-options.js';

/*
 * Events travel in batches, in the JSON Batch Format of CloudEvents 1.0.2 (JSON Event Format, section 4): one in a job of
 * the embedded transport, one in a record of Kafka. The data is `data_base64`: as a JSON value it would be written anew on
 * the way, and the bytes are what is hashed. `partitionkey` and `traceparent` are the extensions of those names,
 * `sourceproof` is our own. A batch is compressed: its events have most of their text and of their proofs in common, and
 * database and broker store and copy an eighth of the bytes.
 */
const text = z.string().min(1);
const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: text,
  type: text,
  source: text,
  time: text,
  datacontenttype: z.literal('application/json'),
  partitionkey: text,
  traceparent: text.optional(),
  sourceproof: text.optional(),
  data_base64: z.base64(),
});
export type CloudEventJson = z.infer<typeof cloudEvent>;

export function toBatch(events: readonly PublishedEvent[]): CloudEventJson[] {
  return events.map(({ id, type, source, time, key, traceparent, sourceproof, data }) => ({
    specversion: '1.0',
    id,
    type,
    source,
    time,
    datacontenttype: 'application/json',
    partitionkey: key,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(sourceproof === undefined ? {} : { sourceproof }),
    data_base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  }));
}

/**
 * As many events as a batch has, and bytes of their data and attributes, near enough. A broker takes a megabyte by default,
 * which these are not even where nothing can be compressed.
 */
export const BATCH_LIMIT = { count: 512, bytes: 768 * 1024 };
/** Of a batch as text: far more than a publisher puts into one, and little enough to be unpacked. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The batch as a zstd frame (RFC 8878). */
export function packBatch(events: readonly PublishedEvent[]): Buffer {
  const text = JSON.stringify(toBatch(events));
  return zstdCompressSync(text, compressing(text.length));
}

/** Never throws, and never answers with nothing: what is no batch in a frame is one malformed message. */
export function unpackBatch(frame: Uint8Array): readonly ReceivedMessage[] {
  return fromBatch(unpacked(frame)) ?? [{ raw: frame, malformed: NO_BATCH }];
}

function unpacked(frame: Uint8Array): unknown {
  try {
    return JSON.parse(zstdDecompressSync(frame, decompressing(frame.length, MOST_BYTES)).toString()) as unknown;
  } catch {
    return undefined;
  }
}

export const NO_BATCH = 'no CloudEvents batch';

/** Undefined for what is no batch, or an empty one. */
export function fromBatch(batch: unknown): readonly ReceivedMessage[] | undefined {
  return Array.isArray(batch) && batch.length > 0 ? batch.map(fromCloudEvent) : undefined;
}

function fromCloudEvent(value: unknown): ReceivedMessage {
  const result = cloudEvent.safeParse(value);
  if (!result.success) {
    const names = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { raw: jsonBytes(value), malformed: `no CloudEvent 1.0: ${names}` };
  }
  const { id, type, source, time, partitionkey: key, traceparent, sourceproof, data_base64 } = result.data;
  const data = Buffer.from(data_base64, 'base64');
  const extensions = {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(sourceproof === undefined ? {} : { sourceproof }),
  };
  return { raw: data, event: { id, type, source, time, key, ...extensions, data } };
}

/** Of what came as JSON and is no event. */
export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value ?? null), 'utf8');
}
