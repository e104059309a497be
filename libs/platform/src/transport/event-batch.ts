import { proveBatch } from '#events/batch-proof.js';
import type { SluiceEvent } from '#events/contract.js';
import type { ReceivedMessage } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import { compressSync, decompressSync } from '../zstd.js';

/*
 * Events travel in batches, in the JSON Batch Format of CloudEvents 1.0.2 (JSON Event Format, section 4): one beside a job of
 * the embedded transport, one in a record of Kafka. The data is `data_base64`: as a JSON value it would be written anew on
 * the way, and the bytes are what is hashed. `partitionkey` and `traceparent` are the extensions of those names.
 * A batch is compressed: its events have most of their text in common, and database and broker store and copy an eighth of
 * the bytes.
 */
export interface CloudEventJson {
  readonly specversion: '1.0';
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly partitionkey: string;
  readonly traceparent?: string;
  readonly data_base64: string;
}

export function toCloudEvent(event: SluiceEvent): CloudEventJson {
  return { ...attributesOf(event), data_base64: base64(event.data) };
}

function attributesOf({ id, type, source, time, key, traceparent }: SluiceEvent): Omit<CloudEventJson, 'data_base64'> {
  return {
    specversion: '1.0',
    id,
    type,
    source,
    time,
    datacontenttype: 'application/json',
    partitionkey: key,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * As many events as a batch has, and bytes of their data and attributes, near enough. A broker takes a megabyte by default,
 * which these are not even where nothing can be compressed.
 */
export const BATCH_LIMIT = { count: 512, bytes: 768 * 1024 };
/** Of a batch as text: more than a publisher puts into one, and so little that any message of it fits into the dead letters. */
const MOST_BYTES = 2 * 1024 * 1024;

/** A batch as it travels. */
export interface PackedBatch {
  /** A zstd frame (RFC 8878). */
  readonly frame: Buffer;
  /** Of the frame: see batch-proof.ts. Not verified here: the receiver does that. */
  readonly proof: string;
}

/** `key`: of the source whose events these are. */
export function packAndProve(events: readonly SluiceEvent[], key: SigningKey): PackedBatch {
  const frame = packBatch(events);
  return { frame, proof: proveBatch(frame, key) };
}

export function packBatch(events: readonly SluiceEvent[]): Buffer {
  return compressSync(textsOf(events));
}

/** Where texts are put together: a room that stays, so that none leaves a megabyte to collect. */
const outgoing = Buffer.allocUnsafeSlow(MOST_BYTES);
/** Of UTF-8, for a unit of UTF-16. */
const MOST_BYTES_A_UNIT = 3;

/** Good until the next is asked for. */
function textsOf(events: readonly SluiceEvent[]): Uint8Array {
  let [end, mark] = [outgoing.write('['), ''];
  for (const event of events) {
    const text = mark + textOf(event);
    // More than a publisher puts into a batch. What is too much is for the ledger to say: no outbox stands still for it.
    if (end + text.length * MOST_BYTES_A_UNIT >= outgoing.length) return jsonBytes(events.map(toCloudEvent));
    end += outgoing.write(text, end);
    mark = ',';
  }
  return outgoing.subarray(0, end + outgoing.write(']', end));
}

/** Base64 has nothing to escape, and is most of the text: it is looked through by nobody. */
function textOf(event: SluiceEvent): string {
  return `${JSON.stringify(attributesOf(event)).slice(0, -1)},"data_base64":"${base64(event.data)}"}`;
}

/** Never throws, and never answers with nothing: what is no batch in a frame is one malformed message. */
export function unpackBatch(frame: Uint8Array): readonly ReceivedMessage[] {
  const none = [{ raw: frame, malformed: NO_BATCH }];
  try {
    const text = decompressSync(frame, MOST_BYTES).toString();
    return fromBatch(JSON.parse(text)) ?? none;
  } catch {
    // No frame, too large a one, no JSON; or what is no event is nested deeper than can be written again.
    return none;
  }
}

export const NO_BATCH = 'no CloudEvents batch';

/**
 * Undefined for what is no batch, or an empty one, or has more events than a publisher puts into one. All data lie in one
 * buffer, which is one thing to collect.
 */
function fromBatch(batch: unknown): readonly ReceivedMessage[] | undefined {
  if (!Array.isArray(batch) || batch.length === 0 || batch.length > BATCH_LIMIT.count) return undefined;
  const values: readonly unknown[] = batch;
  const room = Buffer.allocUnsafeSlow(values.reduce((sum: number, value) => sum + dataBytes(value), 0));
  let at = 0;
  return values.map((value) => {
    const data = room.subarray(at, at + dataBytes(value));
    at += data.length;
    return fromCloudEvent(value, data);
  });
}

/** What its data would be as bytes, if that is base64. */
function dataBytes(value: unknown): number {
  const base64 = typeof value === 'object' && value !== null && 'data_base64' in value && value.data_base64;
  return typeof base64 === 'string' ? Buffer.byteLength(base64, 'base64') : 0;
}

/** `data`: room for the data, as long as they are. */
function fromCloudEvent(value: unknown, data: Buffer): ReceivedMessage {
  if (!isCloudEvent(value)) return malformed(value, faultsIn(value));
  const { id, type, source, time, partitionkey: key, traceparent, data_base64: base64 } = value;
  if (!mayBeBase64(base64) || data.write(base64, 'base64') !== data.length) return malformed(value, ['data_base64']);
  const event: SluiceEvent = {
    id,
    type,
    source,
    time,
    key,
    data,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  return { raw: data, event };
}

function isCloudEvent(value: unknown): value is CloudEventJson {
  return faultsIn(value).length === 0;
}

const REQUIRED = ['id', 'type', 'source', 'time', 'partitionkey'] as const;

/** Names of the attributes that are not what they should be. By hand: a schema would copy each event, in twice the time. */
function faultsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [''];
  const of: Partial<Record<keyof CloudEventJson, unknown>> = value;
  const faults: string[] = [];
  if (of.specversion !== '1.0') faults.push('specversion');
  if (of.datacontenttype !== 'application/json') faults.push('datacontenttype');
  if (typeof of.data_base64 !== 'string') faults.push('data_base64');
  for (const name of REQUIRED) if (!isText(of[name])) faults.push(name);
  if (of.traceparent !== undefined && !isText(of.traceparent)) faults.push('traceparent');
  return faults;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** RFC 4648, section 4. Letters of no alphabet show by what comes out: Node passes over them, and reads base64url as well. */
function mayBeBase64(text: string): boolean {
  return text.length % 4 === 0 && !text.includes('-') && !text.includes('_');
}

function malformed(value: unknown, names: readonly string[]): ReceivedMessage {
  return { raw: jsonBytes(value), malformed: `no CloudEvent 1.0: ${names.join(', ')}` };
}

/** Of what came as JSON and is no event. Throws RangeError where it is nested too deeply to be written. */
export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value ?? null), 'utf8');
}
