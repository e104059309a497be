import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import type { EventEntry } from '#events/contract.js';
import { leafHash } from '#events/link.js';
import type { Place } from './finding.js';
import type { Seen } from './pair-records.js';
import type { Evidence } from './findings.js';

/** An entry as it was read from the log. */
export interface SequencedRecord extends Evidence {
  /** When, in milliseconds by the reconciler's clock. Undefined of one that is read again. */
  readonly seenAt: number | undefined;
  readonly entry: EventEntry;
}

/** One that is read for the first time. */
export type FreshRecord = SequencedRecord & { readonly seenAt: number };

/** One that is about an exchange. */
export type ExchangeRecord = Seen & Evidence;

/** The types that both sides write of an exchange, and what the tables call them. */
const paired = [accessDecidedV1, accessReleasedV1, accessFailedV1];
const pairedTypes: ReadonlySet<string> = new Set(paired.map(({ type }) => type));
export const pairedTags: readonly number[] = paired.map(({ tag }) => tag);

/** The bytes met their contract when they were sequenced, so they are not checked again. Throws for what is no JSON. */
export function readRecord(bytes: Uint8Array, { shard, index }: Place): SequencedRecord {
  const entry = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as EventEntry;
  return { shard, index, seenAt: undefined, leaf: leafHash(bytes), entry };
}

export function isOfExchange<Read extends SequencedRecord>(record: Read): record is Read & ExchangeRecord {
  return pairedTypes.has(record.entry.type);
}

/** By when they were read, those of which it is not known any more first: the same order whenever they are looked at. */
export function inOrder(records: readonly ExchangeRecord[]): readonly ExchangeRecord[] {
  return records.toSorted((a, b) => (a.seenAt ?? 0) - (b.seenAt ?? 0) || a.shard - b.shard || a.index - b.index);
}
