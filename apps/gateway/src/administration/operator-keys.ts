import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { importPublicJwk } from '#exchange/keys.js';
import { ConfigError } from '#platform/config/config-error.js';

const jwks = z.looseObject({ keys: z.array(z.unknown()).min(1) });

/** The public keys of those who may administer this gateway, by thumbprint: a JWK set (RFC 7517). Throws ConfigError. */
export function readOperatorKeys(path: string): ReadonlyMap<string, KeyObject> {
  try {
    const { keys } = jwks.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key]));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError('UNREADABLE', `OPERATOR_KEYS_FILE ${path}: not a set of public keys (JWKS): ${reason}`);
  }
}
