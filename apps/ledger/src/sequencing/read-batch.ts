import { createHash } from 'node:crypto';
import { EventError, contractOf, encode } from '#events/encode.js';
import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import type { OpenedPart, SourceCheck } from '#events/source-check.js';
import type { ReceivedMessage, Rejection } from '#events/transport.js';
import { MAX_ENTRY_SIZE } from '#merkle/entry-bundle.js';
import type { TreeHash } from '#merkle/tree-hash.js';
import { traceIdOf } from '#platform/trace.js';
import type { Candidate } from './candidate.js';
import { uuidOf } from './uuid-of.js';

export interface ReadBatch {
  /** One for each message, in order: what cannot be taken is there as its tombstone. */
  readonly candidates: readonly Candidate[];
  /** What cannot be taken. */
  readonly rejected: readonly Rejection[];
}

/** Whose word counts, of which shard and time tombstones are, and how leaves are hashed. */
export interface Reading {
  readonly sources: Pick<SourceCheck, 'faultOf'>;
  readonly shard: number;
  readonly now: Date;
  readonly hash: TreeHash;
}

/** What messages ask to be sequenced. Total: no bytes make it throw. A part that is nobody's word has one tombstone. */
export function readBatch(parts: readonly OpenedPart[], reading: Reading): ReadBatch {
  const rejected: Rejection[] = [];
  const reject = (raw: Uint8Array, rejection: Rejection): Candidate => {
    rejected.push(rejection);
    return tombstone(raw, rejection.reason, reading);
  };
  const candidates = parts.flatMap((opened, part) => {
    if ('fault' in opened) return [reject(opened.raw, { part, reason: opened.fault })];
    return opened.messages.map((message, index) => {
      const read = readMessage(message, opened.key, reading);
      return typeof read === 'string' ? reject(message.raw, { part, index, reason: read }) : read;
    });
  });
  return { candidates, rejected };
}

/**
 * The reason's code where the message is no event of the source that it names. That is looked at first: what its
 * signer may not say is not parsed.
 */
function readMessage({ event }: ReceivedMessage, key: string, { sources, hash }: Reading): Candidate | string {
  if (event === undefined) return 'NOT_AN_EVENT';
  const { id, data } = event;
  if (data.length > MAX_ENTRY_SIZE) return 'TOO_LARGE';
  const fault = sources.faultOf(event, key);
  if (fault !== undefined) return fault;
  try {
    const { tag } = contractOf(event);
    return { event: id.toLowerCase(), tag, entry: data, leaf: hash.leaf(data), ...traceOf(event) };
  } catch (error) {
    // Whatever a stranger's bytes do to the parser, the shard goes on.
    return error instanceof EventError ? error.code : 'UNREADABLE';
  }
}

function traceOf({ traceparent }: SluiceEvent): { readonly trace?: string } {
  return traceparent === undefined ? {} : { trace: traceIdOf(traceparent) };
}

function tombstone(raw: Uint8Array, reason: string, { shard, now, hash }: Reading): Candidate {
  const source = `ledger/${shard}`;
  const digest = createHash('sha256').update(raw).digest();
  const { id, data } = encode(
    ledgerTombstoneV1,
    {
      type: ledgerTombstoneV1.type,
      id: uuidOf(digest),
      source,
      time: now.toISOString(),
      reason,
      message: digest.toString('base64url'),
      size: raw.length,
    },
    { key: source },
  );
  return { event: id, tag: ledgerTombstoneV1.tag, entry: data, leaf: hash.leaf(data) };
}
