import { z } from 'zod';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';

/*
 * One job holds a batch of events in the JSON Batch Format of CloudEvents 1.0.2 (JSON Event Format, section 4). The
 * data is `data_base64`: as a JSON value it would be written anew by jsonb, which keeps neither the order of members
 * nor the spelling of numbers, and the bytes are what is hashed. `partitionkey` and `traceparent` are the extensions
 * of those names, `sourceproof` is our own. A leaner format of our own would save a tenth of a row that lives for milliseconds.
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

/** Never throws, and never answers with nothing: a job that is no batch is one malformed message. */
export function fromBatch(job: unknown): ReceivedMessage[] {
  if (Array.isArray(job) && job.length > 0) return job.map(fromCloudEvent);
  return [{ raw: jsonBytes(job), malformed: 'no CloudEvents batch' }];
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
