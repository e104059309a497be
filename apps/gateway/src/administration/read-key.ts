import { importPublicJwk, KeyError, type PublicJwk, type VerifyingKey } from '#exchange/keys.js';
import { Problem } from '#exchange/problem.js';

/** Throws INVALID_REQUEST for what has the form of a key and is none, or has the name of another. */
export function readKey(jwk: PublicJwk, pointer: string): VerifyingKey {
  try {
    return importPublicJwk(jwk);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const message = error.code === 'KEY_ID_WRONG' ? 'the kid is not the thumbprint of this key' : 'is no usable key';
    throw new Problem('INVALID_REQUEST', undefined, { errors: [{ pointer, message }] });
  }
}
