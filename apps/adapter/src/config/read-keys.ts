import { hkdfSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { importPublicJwk, loadSigningKey, privateJwk, type SigningKey } from '#exchange/keys.js';
import { ConfigError } from '#platform/config/config-error.js';

const jwks = z.looseObject({ keys: z.array(z.unknown()).min(1) });

/** A private key of a file. `what` names the setting in the ConfigError that is thrown where there is none. */
export function readSigningKey(path: string, what: string): SigningKey {
  return reading(path, what, () => loadSigningKey(readFileSync(path, 'utf8')));
}

/** The keys of a JWK set (RFC 7517) by thumbprint. Throws ConfigError. */
export function readPublicKeys(path: string, what: string): ReadonlyMap<string, KeyObject> {
  return reading(path, what, () => {
    const { keys } = jwks.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key]));
  });
}

const SECRET_BYTES = 32;

/** A secret for one use, by HKDF-SHA-256 (RFC 5869) from a private key: all instances with that key have the same. */
export function secretFrom(key: SigningKey, use: string): Uint8Array {
  const material = Buffer.from(privateJwk(key).d, 'base64url');
  return new Uint8Array(hkdfSync('sha256', material, Buffer.alloc(0), `sluice adapter ${use}`, SECRET_BYTES));
}

function reading<Result>(path: string, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError('UNREADABLE', `${what} ${path}: ${reason}`);
  }
}
