import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { algorithmOf, importPublicJwk, loadSigningKey, type Algorithm, type SigningKey } from '#exchange/keys.js';
import { ConfigError } from './config-error.js';

const jwks = z.looseObject({ keys: z.array(z.unknown()).min(1) });

/**
 * A private key of a file: a JWK, or PKCS#8 in PEM. `what` names the setting in the ConfigError that is thrown where there
 * is none, or one of another algorithm than is wanted.
 */
export function readSigningKey(path: string, what: string, algorithm?: Algorithm): SigningKey {
  return reading(path, what, () => {
    const key = loadSigningKey(readFileSync(path, 'utf8'));
    const found = algorithmOf(key.key);
    if (algorithm !== undefined && found !== algorithm) throw new Error(`an ${algorithm} key is needed, not ${found}`);
    return key;
  });
}

/** The public keys of a JWK set (RFC 7517), by thumbprint. Throws ConfigError where it cannot be read, or has none. */
export function readPublicKeys(path: string, what: string): ReadonlyMap<string, KeyObject> {
  return reading(path, what, () => {
    const { keys } = jwks.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key]));
  });
}

function reading<Result>(path: string, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError('UNREADABLE', `${what} ${path}: ${reason}`);
  }
}
