import { z } from 'zod';
import type { SigningKey } from '#exchange/keys.js';
import { secretFrom } from '../config/secret-from.js';

/**
 * Of handles: 32 bytes or more in base64url. Left out, it is derived from the service's key, and what was recorded before
 * the key changed cannot be found by its subject any more: set it before the first change.
 */
export const subjectSecretVariable = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43,}$/, '32 bytes or more in base64url')
  .optional();

export function subjectSecret(configured: string | undefined, service: string, key: SigningKey): Uint8Array {
  return configured === undefined ? secretFrom(key, `${service} subject`) : Buffer.from(configured, 'base64url');
}
