import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from '#exchange/commitment.js';
import { JwsError, signJws, verifyJws, type JwsErrorCode } from '#exchange/jws.js';
import type { SigningKey } from '#exchange/keys.js';
import { digest } from '#exchange/tokens.js';

const BATCH_PROOF_TYPE = 'sluice-batch+jwt';
const claims = z.strictObject({ batch: digest });

/**
 * Why a batch is nobody's word. `UNPROVEN`: it came without a proof. `PROOF_MALFORMED`: with none that can be read, or with one
 * of something else. `KEY_UNKNOWN`: by a key that nobody has. `SIGNATURE_INVALID`: the key did not sign this.
 */
export type ProofFault = 'UNPROVEN' | 'PROOF_MALFORMED' | 'KEY_UNKNOWN' | 'SIGNATURE_INVALID';

const FAULTS: Readonly<Record<JwsErrorCode, ProofFault>> = {
  JWS_MALFORMED: 'PROOF_MALFORMED',
  JWS_TYPE_WRONG: 'PROOF_MALFORMED',
  JWS_KEY_UNKNOWN: 'KEY_UNKNOWN',
  JWS_ALGORITHM_WRONG: 'SIGNATURE_INVALID',
  JWS_SIGNATURE_INVALID: 'SIGNATURE_INVALID',
};

/**
 * That a batch of events is its source's own: a compact JWS (`typ: sluice-batch+jwt`) over the SHA-256 of the batch as it
 * travels. It holds before anything in the batch is read, and for all of it or nothing.
 */
export function proveBatch(bytes: Uint8Array, key: SigningKey): string {
  return signJws({ batch: sha256(bytes) }, BATCH_PROOF_TYPE, key);
}

/** The thumbprint of the one of `keys` that has signed this batch; or why none has. Total: no proof makes it throw. */
export function signerOf(
  bytes: Uint8Array,
  proof: string | undefined,
  keys: Pick<ReadonlyMap<string, KeyObject>, 'get'>,
): { readonly key: string } | { readonly fault: ProofFault } {
  if (proof === undefined) return { fault: 'UNPROVEN' };
  try {
    const { payload, kid } = verifyJws(proof, BATCH_PROOF_TYPE, keys);
    const { success, data } = claims.safeParse(payload);
    if (!success) return { fault: 'PROOF_MALFORMED' };
    return data.batch === sha256(bytes) ? { key: kid } : { fault: 'SIGNATURE_INVALID' };
  } catch (error) {
    if (error instanceof JwsError) return { fault: FAULTS[error.code] };
    throw error;
  }
}
