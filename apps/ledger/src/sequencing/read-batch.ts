import { createHash } from 'node:crypto';
import { EventError, contractOf, encode } from '#events/encode.js';
import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import type { SourceCheck, SourceFault } from '#events/source-check.js';
import type { PublishedEvent, ReceivedMessage } from '#events/transport.js';
import { MAX_ENTRY_SIZE } from '#merkle/entry-bundle.js';
import type { TreeHash } from '#merkle/tree-hash.js';
import { traceIdOf } from '#platform/trace.js';
import type { Candidate } from './candidate.js';
import { uuidOf } from './uuid-of.js';

export interface ReadBatch {
  /** One for each message, in order: what cannot be taken is there as its tombstone. */
  readonly candidates: readonly Candidate[];
  /** Those that cannot be taken. */
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

/** Whose word counts, of which shard and time tombstones are, and how leaves are hashed. */
export interface Reading {
  readonly sources: Pick<SourceCheck, 'faultsOf'>;
  readonly shard: number;
  readonly now: Date;
  readonly hash: TreeHash;
}

type Fault = SourceFault | undefined;

/** What messages ask to be sequenced. Total: no bytes make it throw. */
export function readBatch(messages: readonly ReceivedMessage[], reading: Reading): ReadBatch {
  const rejected: { index: number; reason: string }[] = [];
  const faults = faultsOf(messages, reading.sources);
  const candidates = messages.map((message, index) => {
    const read = readMessage(message, faults[index], reading.hash);
    if (typeof read !== 'string') return read;
    rejected.push({ index, reason: read });
    return tombstone(message, read, reading);
  });
  return { candidates, rejected };
}

/** By the messages' places, why an event is not its source's own. Of what is too large nothing is hashed. */
function faultsOf(messages: readonly ReceivedMessage[], sources: Reading['sources']): readonly Fault[] {
  const checked = messages.map(({ event }) => (event === undefined || isTooLarge(event) ? undefined : event));
  const faults = sources.faultsOf(checked.filter((event) => event !== undefined)).values();
  return checked.map((event) => (event === undefined ? undefined : faults.next().value));
}

function isTooLarge({ data }: PublishedEvent): boolean {
  return data.length > MAX_ENTRY_SIZE;
}

/**
 * The reason's code where the message is no event of the source that it names. That is looked at first: what is anybody's
 * is not parsed.
 */
function readMessage({ event }: ReceivedMessage, fault: Fault, hash: TreeHash): Candidate | string {
  if (event === undefined) return 'NOT_AN_EVENT';
  if (isTooLarge(event)) return 'TOO_LARGE';
  if (fault !== undefined) return fault;
  try {
    const { tag } = contractOf(event);
    const { id, data } = event;
    return {
      event: id.toLowerCase(),
      tag,
      entry: data,
      leaf: hash.leaf(data),
      ...traceOf(event),
    };
  } catch (error) {
    // Whatever a stranger's bytes do to the parser, the shard goes on.
    return error instanceof EventError ? error.code : 'UNREADABLE';
  }
}

function traceOf({ traceparent }: SluiceEvent): { readonly trace?: string } {
  return traceparent === undefined ? {} : { trace: traceIdOf(traceparent) };
}

function tombstone(message: ReceivedMessage, reason: string, { shard, now, hash }: Reading): Candidate {
  const source = `ledger/${shard}`;
  const digest = createHash('sha256').update(message.raw).digest();
  const { id, data } = encode(
    ledgerTombstoneV1,
    {
      type: ledgerTombstoneV1.type,
      id: uuidOf(digest),
      source,
      time: now.toISOString(),
      reason,
      message: digest.toString('base64url'),
      size: message.raw.length,
    },
    { key: source },
  );
  return { event: id, tag: ledgerTombstoneV1.tag, entry: data, leaf: hash.leaf(data) };
}
