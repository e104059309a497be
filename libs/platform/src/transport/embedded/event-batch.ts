import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';
import { compressing, decompressing } from '../../zstd-options.js';

/*
 * One job holds a batch of events in the JSON Batch Format of CloudEvents 1.0.2 (JSON Event Format, section 4). The
 * data is `data_base64`: as a JSON value it would be written anew by jsonb, which keeps neither the order of members
 * nor the spelling of numbers, and the bytes are what is hashed. `partitionkey` and `traceparent` are the extensions
 * of those names, `sourceproof` is our own. The batch is compressed: its events have most of their text and of their
 * proofs in common, and PostgreSQL parses, compresses and logs an eighth of the bytes.
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

/** Of a batch as text: far more than a publisher puts into one, and little enough to be unpacked. */
const MOST_BYTES = 64 * 1024 * 1024;

const packed = z.strictObject({ zstd: z.string() });
export type PackedBatch = z.infer<typeof packed>;

/** What a job holds. */
export function toJob(events: readonly PublishedEvent[]): PackedBatch {
  const text = JSON.stringify(toBatch(events));
  return { zstd: zstdCompressSync(text, compressing(text.length)).toString('base64') };
}

/**
 * Never throws, and never answers with nothing: a job that is no batch is one malformed message. A batch that is not
 * compressed is read as well, as earlier releases wrote it.
 */
export function fromJob(job: unknown): ReceivedMessage[] {
  const batch = Array.isArray(job) ? job : unpacked(job);
  if (Array.isArray(batch) && batch.length > 0) return batch.map(fromCloudEvent);
  return [{ raw: jsonBytes(job), malformed: 'no CloudEvents batch' }];
}

function unpacked(job: unknown): unknown {
  const { data } = packed.safeParse(job);
  if (data === undefined) return undefined;
  try {
    const frame = Buffer.from(data.zstd, 'base64');
    const bytes = zstdDecompressSync(frame, decompressing(frame.length, MOST_BYTES));
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
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

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value ?? null), 'utf8');
}
