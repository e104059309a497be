import { randomBytes, randomUUID } from 'node:crypto';
import { accessDecidedV1, type AccessDecided } from '#events/access-decided.v1.js';
import { proveBatch } from '#events/batch-proof.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { SourceCheck } from '#events/source-check.js';
import { sourceKeys, type SourceList } from '#events/source-keys.js';
import type { EventBatch, ReceivedMessage, ReceivedPart } from '#events/transport.js';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { portableTreeHash } from '#merkle/tree-hash.js';
import type { Candidate } from '../src/sequencing/candidate.js';

/** The gateway's, whose events these are. */
export const SOURCE_KEY = generateSigningKey();
export const SOURCES: SourceList = { sources: [{ source: 'gateway', keys: [publicJwk(SOURCE_KEY.key)] }] };
export const sources = new SourceCheck(() => keys);
const keys = sourceKeys(SOURCES);

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** An event as the gateway sends it, of about 400 bytes. */
export function anEvent(changes: Partial<AccessDecided> = {}): SluiceEvent {
  const id = changes.id ?? randomUUID();
  const entry: AccessDecided = {
    type: 'access.decided.v1',
    id,
    source: 'gateway',
    time: '2026-11-02T08:00:00.000Z',
    consumer: 'housing',
    authenticated: true,
    mode: 'records',
    outcome: 'permit',
    resource: 'population.residents',
    purpose: 'rental-eligibility',
    select: ['district', 'household'],
    where: ['id'],
    agreements: [{ id: 'housing-population', version: 3 }],
    commitment: randomBytes(32).toString('base64url'),
    ...changes,
  };
  return encode(accessDecidedV1, entry, { key: id, traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` });
}

export function aCandidate(changes: Partial<AccessDecided> = {}): Candidate {
  return candidateOf(anEvent(changes));
}

export function candidateOf(event: SluiceEvent): Candidate {
  return {
    event: event.id,
    tag: accessDecidedV1.tag,
    entry: event.data,
    leaf: portableTreeHash.leaf(event.data),
    trace: TRACE_ID,
  };
}

export function candidates(count: number): Candidate[] {
  return Array.from({ length: count }, () => aCandidate());
}

/** As little as a log can hold, for logs that must be large: the log itself never looks into an entry. */
export function bareCandidates(count: number): Candidate[] {
  return Array.from({ length: count }, () => {
    const entry = randomBytes(8);
    return { event: randomUUID(), tag: accessDecidedV1.tag, entry, leaf: nodeTreeHash.leaf(entry) };
  });
}

/** One part, signed by the gateway. */
export function aBatch(messages: readonly (SluiceEvent | ReceivedMessage)[], partition = 0): EventBatch {
  return batchOf([messages.map(received)], partition);
}

export function batchOf(parts: readonly (readonly ReceivedMessage[])[], partition = 0): EventBatch {
  return { topic: accessDecidedV1.topic, partition, parts: parts.map((messages) => aPart(messages)) };
}

/** As it came, whatever its messages are: `key` signed it. */
export function aPart(messages: readonly ReceivedMessage[], key = SOURCE_KEY): ReceivedPart {
  const bytes = randomBytes(16);
  return { bytes, proof: proveBatch(bytes, key), unpack: () => messages };
}

/** Bytes that are no event. */
export function poison(text: string): ReceivedMessage {
  return { raw: Buffer.from(text), malformed: 'no CloudEvents batch' };
}

export function received(message: SluiceEvent | ReceivedMessage): ReceivedMessage {
  return 'raw' in message ? message : { event: message, raw: message.data };
}
