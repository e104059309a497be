import { hkdfSync } from 'node:crypto';
import { privateJwk, type SigningKey } from '#exchange/keys.js';

const SECRET_BYTES = 32;

/** A secret for one use, by HKDF-SHA-256 (RFC 5869) from a private key: all instances with that key have the same. */
export function secretFrom(key: SigningKey, use: string): Uint8Array {
  const material = Buffer.from(privateJwk(key).d, 'base64url');
  return new Uint8Array(hkdfSync('sha256', material, Buffer.alloc(0), `sluice ${use}`, SECRET_BYTES));
}
