import { createHmac, createSecretKey, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { digest } from './tokens.js';

/**
 * What an entry commits to without saying it. The details stay off the log; whoever holds one, with its nonce, can show
 * that the entry meant it. Destroying detail and nonce leaves a value that no guess can be tried against.
 */
export const decisionDetail = z.strictObject({
  request: digest,
  officer: z.string(),
  case: z.string(),
});
export type DecisionDetail = z.infer<typeof decisionDetail>;

/** SHA-256 in base64url, of the caller's body and of the released data. */
export interface ReleaseDetail {
  readonly request: string;
  readonly data: string;
}

/** What somebody noted with a change of an alert. */
interface NoteDetail {
  readonly note: string;
}

/** HMAC-SHA-256 keyed by a random 32-byte nonce over the RFC 8785 form of the detail. Base64url, 43 characters. */
export function commit(nonce: Uint8Array, detail: DecisionDetail | ReleaseDetail | NoteDetail): string {
  // Given bytes, Node finds out by throwing and catching an error that they are no CryptoKey, at three times the cost.
  return createHmac('sha256', createSecretKey(nonce)).update(canonicalJson(detail)).digest('base64url');
}

/** RFC 8785. Throws on what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 in base64url. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'base64url');
}
