import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { importPublicJwk, publicJwkSchema } from '#exchange/keys.js';
import { departmentId } from '#exchange/names.js';
import { parseVkey, type NoteKey } from '#merkle/note-key.js';
import { ClientError } from './client-error.js';

const keys = z.array(publicJwkSchema);

/** Whom a verifier believes. It is as good as the way that it came: take it from somebody whom you trust already. */
export const trustFile = z.strictObject({
  /** Each shard of the ledger: its origin and its verifier key (C2SP signed-note). */
  logs: z.array(z.strictObject({ origin: z.string(), vkey: z.string() })),
  departments: z.array(z.strictObject({ id: departmentId, keys })),
});
export type TrustFile = z.output<typeof trustFile>;

export interface Trust {
  /** By origin. */
  readonly logs: ReadonlyMap<string, NoteKey>;
  /** What each department's adapter signs with: by department, then by thumbprint. */
  readonly departments: ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;
}

/** Makes the keys ready. Throws TRUST_UNREADABLE for a key that is none, or that is another's by its name. */
export function readTrust(file: TrustFile): Trust {
  try {
    return {
      logs: new Map(file.logs.map(({ origin, vkey }) => [origin, logKey(origin, vkey)])),
      departments: new Map(
        file.departments.map((one) => [
          one.id,
          new Map(one.keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key])),
        ]),
      ),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ClientError('TRUST_UNREADABLE', `the trust file cannot be used: ${reason}`, { cause });
  }
}

function logKey(origin: string, vkey: string): NoteKey {
  const key = parseVkey(vkey);
  if (key.name !== origin) throw new Error(`the key of ${origin} is called ${key.name}`);
  return key;
}
