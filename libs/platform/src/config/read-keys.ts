import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { algorithmOf, importPublicJwk, loadSigningKey, type Algorithm, type SigningKey } from '#exchange/keys.js';
import { refuseWhatThrows } from '#exchange/refuse-what-throws.js';
import { ConfigError } from './config-error.js';
import { loadYaml } from './load-yaml.js';

const jwks = z.looseObject({
  keys: z
    .array(
      z.unknown().superRefine((jwk, context) => {
        refuseWhatThrows(context, [], () => importPublicJwk(jwk));
      }),
    )
    .min(1),
});

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
  const { keys } = named(what, () => loadYaml(path, jwks));
  return new Map(keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key]));
}

/** The error names file, line and field; which setting named the file comes before it. */
function named<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.code, `${what} ${error.message}`);
  }
}

function reading<Result>(path: string, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new ConfigError('UNREADABLE', `${what} ${path}: ${String(error)}`);
  }
}
