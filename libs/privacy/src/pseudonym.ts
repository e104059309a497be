import { createHmac, createSecretKey } from 'node:crypto';
import { PrivacyError } from './privacy-error.js';

export interface PseudonymScope {
  /** The department that is given the pseudonyms: two that compare theirs find nothing in common. */
  readonly department: string;
  readonly purpose: string;
  /** The time for which pseudonyms stay equal, by a name of the releasing department's choice: `2026`. */
  readonly epoch: string;
}

const LEAST_SECRET_BYTES = 32;
const DOMAIN = 'sluice pseudonym';

/**
 * HMAC-SHA-256 of the scope under the releasing department's secret: 32 bytes, as different for two scopes as two secrets
 * are. A JSON list keeps scopes apart whose parts run into each other. Throws PrivacyError SECRET_TOO_SHORT below 32 bytes.
 */
export function pseudonymKey(secret: Uint8Array, { department, purpose, epoch }: PseudonymScope): Uint8Array {
  if (secret.length < LEAST_SECRET_BYTES) {
    throw new PrivacyError('SECRET_TOO_SHORT', `a secret has ${LEAST_SECRET_BYTES} bytes or more`);
  }
  return createHmac('sha256', secret)
    .update(JSON.stringify([DOMAIN, department, purpose, epoch]))
    .digest();
}

/** HMAC-SHA-256 in base64url, 43 characters. The text is the value's one canonical form: equal values stay equal. */
export function pseudonym(key: Uint8Array, text: string): string {
  // A key object, for bytes cost three times as much: Node throws and catches an error over them.
  return createHmac('sha256', createSecretKey(key)).update(text, 'utf8').digest('base64url');
}
