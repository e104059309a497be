import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
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
 * are. A JSON list keeps scopes apart whose parts run into each other. A key object, because an HMAC under bytes costs Node
 * twice as much. Throws PrivacyError SECRET_TOO_SHORT below 32 bytes.
 */
export function pseudonymKey(secret: Uint8Array, { department, purpose, epoch }: PseudonymScope): KeyObject {
  if (secret.length < LEAST_SECRET_BYTES) {
    throw new PrivacyError('SECRET_TOO_SHORT', `a secret has ${LEAST_SECRET_BYTES} bytes or more`);
  }
  const scope = JSON.stringify([DOMAIN, department, purpose, epoch]);
  return createSecretKey(createHmac('sha256', secret).update(scope).digest());
}

/** HMAC-SHA-256 in base64url, 43 characters. The text is the value's one canonical form: equal values stay equal. */
export function pseudonym(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64url');
}
