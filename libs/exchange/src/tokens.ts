import { z } from 'zod';
import { departmentId, fieldName, purposeCode, resourceId, systemId, agreementId } from './names.js';
import { obligations } from './obligations.js';

/** SHA-256, base64url without padding: 43 characters. */
export const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'SHA-256 in base64url');
export const agreementVersion = z.strictObject({ id: agreementId, version: z.int().min(1) });

/** A decision lives for this long at the most. Seconds. */
export const DECISION_LIFETIME = 60;

/**
 * The gateway's decision: a compact JWS (`typ: sluice-decision+jwt`) in the `Sluice-Decision` header of
 * `POST /v1/release`, whose body is the caller's own bytes. The adapter trusts this and nothing else of the network.
 */
export const decisionClaims = z.strictObject({
  iss: z.string(),
  /** The department whose adapter may act on it. */
  aud: departmentId,
  /** The exchange. An adapter acts on it once. */
  jti: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  /** SHA-256 of the caller's request body, byte for byte. */
  request: digest,
  consumer: systemId,
  resource: resourceId,
  purpose: purposeCode,
  agreements: z.array(agreementVersion).min(1),
  /** SHA-256 over the canonical agreements that decided: which text of the policy this was. */
  policy: digest,
  obligations,
  /**
   * 32 random bytes. The log holds the token's digest, and signatures are the same each time: without this, who has the
   * gateway's key could try ids until a token of his own has the digest of one that was erased. Absent in older tokens.
   */
  blind: digest.optional(),
});
export type DecisionClaims = z.infer<typeof decisionClaims>;

/** The adapter's word on what it released: a compact JWS (`typ: sluice-release+jwt`), in the `Sluice-Release` header. */
export const releaseClaims = z.strictObject({
  iss: departmentId,
  aud: systemId,
  jti: z.uuid(),
  iat: z.int(),
  /** SHA-256 of the decision's compact JWS. */
  decision: digest,
  request: digest,
  /** SHA-256 of the answer's bytes, which are canonical JSON (RFC 8785). */
  data: digest,
  rows: z.int().min(0),
  fields: z.array(fieldName),
  /** Opens the commitment of the release's entry: see commitment.ts. Base64url of 32 random bytes. */
  nonce: digest,
});
export type ReleaseClaims = z.infer<typeof releaseClaims>;

export const DECISION_HEADER = 'sluice-decision';
export const RELEASE_HEADER = 'sluice-release';
export const DECISION_TYPE = 'sluice-decision+jwt';
export const RELEASE_TYPE = 'sluice-release+jwt';
