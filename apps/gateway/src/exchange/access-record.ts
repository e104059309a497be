import type { AccessDecided } from '#events/access-decided.v1.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1, type AccessFailed } from '#events/access-failed.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { leafHash, unplaced } from '#events/link.js';
import type { ReceiptStub } from '#exchange/answer.js';
import { commit, type DecisionDetail } from '#exchange/commitment.js';
import type { ProblemCode } from '#exchange/problem.js';
import { randomBytes } from '#platform/random-bytes.js';
import type { AgreementVersion } from '#policy/decision.js';
import type { SignatureEvidence } from '../signature/authentic-caller.js';
import type { Mentions } from './judge.js';

/** What was decided about one request, whoever made it. */
export interface Decided {
  readonly id: string;
  readonly at: Date;
  readonly consumer: string;
  readonly authenticated: boolean;
  /** Absent in a permit. */
  readonly reason?: ProblemCode | undefined;
  readonly mentions: Mentions;
  readonly agreements: readonly AgreementVersion[];
  readonly policy?: string | undefined;
  /** SHA-256 of the decision's JWS: of a permit, and of a replay by which a department was asked. */
  readonly decision?: string | undefined;
  /** Of a permit: how many rows may be released. */
  readonly limit?: number | undefined;
  readonly repeats?: string | undefined;
  readonly detail: DecisionDetail;
  /** Handles by which the detail is found when it is to be erased: see SubjectIndex. */
  readonly subjects: readonly string[];
  readonly evidence: SignatureEvidence;
  readonly traceparent: string;
}

/** A decision: its row, what lies off the log, and the event, which gets its place in a sequence when it is stored. */
export interface AccessRecord {
  readonly decided: Decided;
  /** Opens the commitment of the entry, together with the detail. 32 bytes. */
  readonly nonce: Buffer;
  readonly event: SluiceEvent;
}

export interface FailureRecord {
  readonly id: string;
  /** What the entry of the permit that failed begins with: another request may have been answered under the same id. */
  readonly permit: Uint8Array;
  readonly at: Date;
  readonly reason: ProblemCode;
  readonly event: SluiceEvent;
}

const NONCE_BYTES = 32;

export function toAccessRecord(decided: Decided): AccessRecord {
  const nonce = randomBytes(NONCE_BYTES);
  const { id, consumer, authenticated, reason, policy, decision, limit, repeats } = decided;
  const { resource, purpose, basis, select, where } = decided.mentions;
  // Members in the order of their names, which spares the encoder the sorting.
  const entry: AccessDecided = {
    agreements: decided.agreements.map((one) => ({ id: one.id, version: one.version })),
    authenticated,
    basis: basis && { article: basis.article, law: basis.law },
    commitment: commit(nonce, decided.detail),
    consumer,
    decision,
    id,
    limit,
    mode: 'records',
    outcome: reason === undefined ? 'permit' : 'deny',
    policy,
    purpose,
    reason,
    repeats,
    resource,
    select: [...select],
    source: 'gateway',
    time: decided.at.toISOString(),
    type: 'access.decided.v1',
    where: [...where],
  };
  return { decided, nonce, event: encode(accessDecidedV1, entry, { key: id, traceparent: decided.traceparent }) };
}

/** The permitted exchange gave its caller nothing, and this is what the caller was told. */
export function toFailureRecord(permit: AccessRecord, resource: string, reason: ProblemCode, at: Date): FailureRecord {
  const { id, consumer, traceparent } = permit.decided;
  const time = at.toISOString();
  const entry: AccessFailed = { type: 'access.failed.v1', id, source: 'gateway', time, consumer, resource, reason };
  const event = encode(accessFailedV1, entry, { key: id, traceparent });
  return { id, permit: unplaced(permit.event.data), at, reason, event };
}

/** Of a record as it is stored. `mergeDelay`: within how many milliseconds the log promises to have it. */
export function toReceiptStub({ decided, event }: AccessRecord, mergeDelay: number): ReceiptStub {
  return {
    id: decided.id,
    leaf: leafHash(event.data),
    mergeBy: new Date(decided.at.getTime() + mergeDelay).toISOString(),
  };
}
