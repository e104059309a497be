import type { KeyObject } from 'node:crypto';
import { sha256 } from '#exchange/commitment.js';
import { JwsError, verifyJws } from '#exchange/jws.js';
import { Problem } from '#exchange/problem.js';
import { DECISION_LIFETIME, DECISION_TYPE, decisionClaims, type DecisionClaims } from '#exchange/tokens.js';

/** How far the gateway's clock may be ahead of ours. Seconds. */
const CLOCK_SKEW = 5;

export interface DecisionTrust {
  /** The gateway's `iss`. */
  readonly issuer: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** The department whose adapter this is. */
  readonly department: string;
}

/** A decision that is genuine, meant for us, about this very body, and neither old nor yet to come. */
export interface VerifiedDecision {
  readonly claims: DecisionClaims;
  /** SHA-256 of the compact JWS. */
  readonly digest: string;
  readonly token: string;
}

/**
 * Trusts nothing of the network but the gateway's signature. Throws DECISION_INVALID (also for a member or an obligation
 * that is not known here: it could be a restriction), DECISION_NOT_FOR_US or DECISION_EXPIRED. That a decision is acted on
 * once is not for this to say: see release.repository.
 */
export function verifyDecision(
  token: string | undefined,
  body: Uint8Array,
  trust: DecisionTrust,
  now: Date,
): VerifiedDecision {
  if (token === undefined) throw new Problem('DECISION_INVALID', 'there is no decision');
  const result = decisionClaims.safeParse(payloadOf(token, trust.keys));
  if (!result.success) throw new Problem('DECISION_INVALID', 'the decision says something that is not known here');
  const claims = result.data;
  if (claims.iss !== trust.issuer) throw new Problem('DECISION_INVALID', 'the decision is of another gateway');
  if (claims.aud !== trust.department) throw new Problem('DECISION_NOT_FOR_US');
  checkTimes(claims, now.getTime() / 1000);
  if (claims.request !== sha256(body)) throw new Problem('DECISION_INVALID', 'the decision is about another request');
  return { claims, digest: sha256(token), token };
}

function payloadOf(token: string, keys: DecisionTrust['keys']): unknown {
  try {
    return verifyJws(token, DECISION_TYPE, keys).payload;
  } catch (error) {
    if (error instanceof JwsError) throw new Problem('DECISION_INVALID', 'the signature does not verify');
    throw error;
  }
}

/** Seconds. A decision that would live long is no decision of ours, however fresh it is. */
function checkTimes({ iat, exp }: DecisionClaims, now: number): void {
  if (exp <= iat || exp - iat > DECISION_LIFETIME) throw new Problem('DECISION_INVALID', 'the decision lives too long');
  if (iat > now + CLOCK_SKEW) throw new Problem('DECISION_INVALID', 'the decision is from the future');
  if (exp <= now) throw new Problem('DECISION_EXPIRED');
}
