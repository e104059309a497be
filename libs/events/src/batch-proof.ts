import { createHash } from 'node:crypto';
import { z } from 'zod';
import { signJws } from '#exchange/jws.js';
import type { SigningKey } from '#exchange/keys.js';
import { digest } from '#exchange/tokens.js';

/**
 * That a batch of events is its source's own: a compact JWS (`typ: sluice-batch+jwt`) over the SHA-256 of the batch as it
 * travels. It holds before anything in the batch is read, and for all of it or nothing.
 */
export const batchClaims = z.strictObject({ batch: digest });
export const BATCH_TYPE = 'sluice-batch+jwt';

export function proveBatch(bytes: Uint8Array, key: SigningKey): string {
  return signJws(batchClaims.parse({ batch: batchDigest(bytes) }), BATCH_TYPE, key);
}

export function batchDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
