import { accessReleasedV1 } from '#events/access-released.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { commit, sha256, type ReleaseDetail } from '#exchange/commitment.js';
import type { ReleaseClaims } from '#exchange/tokens.js';
import { randomBytes } from '#platform/random-bytes.js';
import type { VerifiedDecision } from './verify-decision.js';

/** A release as it is recorded, before anything of it leaves. */
export interface ReleaseRecord {
  readonly id: string;
  readonly at: Date;
  readonly consumer: string;
  readonly resource: string;
  readonly rows: number;
  /** The decision's compact JWS: the department's proof that it was told to. */
  readonly decision: string;
  readonly nonce: Buffer;
  readonly detail: ReleaseDetail;
  /** Handles by which it is found when it is to be erased: see SubjectIndex. */
  readonly subjects: readonly string[];
  readonly event: SluiceEvent;
}

export interface ReleaseFacts {
  readonly department: string;
  readonly decision: VerifiedDecision;
  readonly fields: readonly string[];
  readonly rows: number;
  readonly data: Buffer;
  readonly subjects: readonly string[];
  readonly at: Date;
  readonly traceparent: string;
}

const NONCE_BYTES = 32;

/** The record and what the adapter signs: two views of one release, by the same commitment. */
export function describeRelease(facts: ReleaseFacts): { record: ReleaseRecord; claims: ReleaseClaims } {
  const { claims: decision, digest, token } = facts.decision;
  const { jti: id, consumer, resource, purpose, policy, request } = decision;
  const { rows, at, subjects } = facts;
  const fields = facts.fields.toSorted();
  const nonce = randomBytes(NONCE_BYTES);
  const detail: ReleaseDetail = { request, data: sha256(facts.data) };
  const event = encode(
    accessReleasedV1,
    // Members in the order of their names, which spares the encoder the sorting.
    {
      commitment: commit(nonce, detail),
      ...{ consumer, decision: digest, fields, id, policy, purpose, resource, rows },
      source: `adapter/${facts.department}`,
      time: at.toISOString(),
      type: 'access.released.v1',
    },
    { key: id, traceparent: facts.traceparent },
  );
  return {
    record: { id, at, consumer, resource, rows, decision: token, nonce, detail, subjects, event },
    claims: {
      iss: facts.department,
      aud: consumer,
      jti: id,
      iat: Math.floor(at.getTime() / 1000),
      decision: digest,
      ...detail,
      rows,
      fields,
      nonce: nonce.toString('base64url'),
    },
  };
}
