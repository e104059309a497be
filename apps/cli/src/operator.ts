import { z } from 'zod';
import { AdminClient } from '#client/admin-client.js';
import { importPublicJwk, KeyError, publicJwkSchema, type PublicJwk } from '#exchange/keys.js';
import { httpUrl } from '#platform/config/urls.js';
import { CliError } from './cli-error.js';
import type { Context } from './context.js';
import { readDocument, readKey } from './named-file.js';

/** The options of every command that administers. */
export const operatorFlags = { gateway: httpUrl.optional(), operatorKey: z.string().optional() };

export function adminClient(
  context: Context,
  flags: { readonly gateway?: string | undefined; readonly operatorKey?: string | undefined },
  timeout?: number,
): AdminClient {
  const { settings, fetch } = context;
  const key = readKey(context, flags.operatorKey ?? settings.operatorKey);
  return new AdminClient({ gateway: flags.gateway ?? settings.gateway, key, fetch, timeout });
}

const keyFile = z.union([z.object({ keys: z.array(z.looseObject({})).min(1) }), z.looseObject({})]);

/** The public halves in a file: a JWK or a JWK set. A private key's file is taken too, and its private half left there. */
export function readPublicKeys(context: Context, file: string): readonly PublicJwk[] {
  const found = readDocument(context, file, keyFile);
  const jwks = 'keys' in found && Array.isArray(found.keys) ? found.keys : [found];
  return jwks.map((jwk) => toPublic(jwk as Readonly<Record<string, unknown>>, file));
}

function toPublic(jwk: Readonly<Record<string, unknown>>, file: string): PublicJwk {
  const half = Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== 'd'));
  try {
    const { kid } = importPublicJwk(half);
    return { ...publicJwkSchema.parse(half), kid };
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause;
    throw new CliError(
      'USAGE',
      { en: `${file}: not a public key: ${cause.message}`, zh: `${file}：不是公钥：${cause.message}` },
      { cause },
    );
  }
}
