import { z } from 'zod';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';
import { NO_BATCH, fromBatch, jsonBytes, packBatch, unpackBatch } from '../event-batch.js';

/** A batch's frame, in base64. */
const packed = z.strictObject({ zstd: z.string() });
export type Job = z.infer<typeof packed>;

/** What a job holds. */
export function toJob(events: readonly PublishedEvent[]): Job {
  return { zstd: packBatch(events).toString('base64') };
}

/**
 * Never throws, and never answers with nothing: a job that is no batch is one malformed message. A batch that is not
 * compressed is read as well, as earlier releases wrote it.
 */
export function fromJob(job: unknown): readonly ReceivedMessage[] {
  const { data } = packed.safeParse(job);
  const messages = data === undefined ? fromBatch(job) : unpackBatch(Buffer.from(data.zstd, 'base64'));
  return messages ?? [{ raw: jsonBytes(job), malformed: NO_BATCH }];
}
