import type { IncomingHttpHeaders } from 'node:http';
import { signBytes, verifyBytes, type SigningKey } from '#exchange/keys.js';

const HEADER = 'x-signature';

/** Headers of a message whose bytes are signed: as few as there can be. */
export function signedHeaders(bytes: Uint8Array, { key }: SigningKey): Record<string, string> {
  return { 'content-type': 'application/json', [HEADER]: signBytes(bytes, key).toString('base64url') };
}

/** Throws where this key has not signed these bytes. */
export function requireSignature(bytes: Uint8Array, headers: IncomingHttpHeaders, { key }: SigningKey): void {
  const signature = headers[HEADER];
  if (typeof signature === 'string' && verifyBytes(bytes, key, Buffer.from(signature, 'base64url'))) return;
  throw new Error('the message is not signed');
}
