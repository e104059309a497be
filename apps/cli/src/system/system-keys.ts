import { z } from 'zod';
import type { RegisteredKey, Validity } from '#client/admin-client.js';
import type { PublicJwk } from '#exchange/keys.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { adminClient, operatorFlags, readPublicKeys } from '../operator.js';
import { readFlags } from '../read-flags.js';
import { outlives, stateOf } from './key-state.js';
import { requireSystemId } from './system-id.js';

const moment = z.iso.datetime({ offset: true }).optional();
const addFlags = z.object({ ...operatorFlags, notBefore: moment, notAfter: moment });
const rotateFlags = z.object({
  ...operatorFlags,
  overlap: z.coerce
    .number()
    .min(0)
    .max(24 * 366),
});
const HOUR_MS = 3_600_000;

export async function addKey(
  context: Context,
  [named, file = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { notBefore, notAfter, ...read } = readFlags(addFlags, options);
  const id = requireSystemId(named);
  const jwk = onlyKey(context, file);
  return show(context, [
    await adminClient(context, read).putKey(id, jwk.kid, { jwk, ...validity(notBefore, notAfter) }),
  ]);
}

/** The new key first: whatever happens between the steps, one key works. Safe to repeat. */
export async function rotateKey(
  context: Context,
  [named, file = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { overlap, ...read } = readFlags(rotateFlags, options);
  const id = requireSystemId(named);
  const jwk = onlyKey(context, file);
  const admin = adminClient(context, read);
  const changed = [await admin.putKey(id, jwk.kid, { jwk })];
  const end = new Date(context.now().getTime() + overlap * HOUR_MS);
  for await (const system of admin.systems()) {
    if (system.id !== id) continue;
    for (const key of system.keys.filter((one) => one.kid !== jwk.kid && outlives(one, end))) {
      changed.push(await admin.putKey(id, key.kid, { jwk: key.jwk, ...validity(key.notBefore, end.toISOString()) }));
    }
  }
  return show(context, changed);
}

export async function revokeKey(
  context: Context,
  [named, kid = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const id = requireSystemId(named);
  if (!/^[A-Za-z0-9_-]{43}$/.test(kid)) {
    throw new CliError('USAGE', { en: `${kid}: a key is called by its thumbprint`, zh: `${kid}：请用密钥指纹` });
  }
  return show(context, [await adminClient(context, readFlags(z.object(operatorFlags), options)).revokeKey(id, kid)]);
}

function onlyKey(context: Context, file: string): PublicJwk & { readonly kid: string } {
  const [jwk, ...more] = readPublicKeys(context, file);
  if (jwk?.kid === undefined || more.length > 0) {
    throw new CliError('USAGE', { en: `${file}: must hold one key`, zh: `${file}：应只含一个密钥` });
  }
  return { ...jwk, kid: jwk.kid };
}

function validity(notBefore: string | undefined, notAfter: string | undefined): Validity {
  return { ...(notBefore === undefined ? {} : { notBefore }), ...(notAfter === undefined ? {} : { notAfter }) };
}

function show({ terminal, now }: Context, keys: readonly RegisteredKey[]): ExitCode {
  if (terminal.isJson) terminal.result({ items: keys });
  else {
    terminal.table(
      [
        { en: 'key', zh: '密钥' },
        { en: 'state', zh: '状态' },
        { en: 'until', zh: '至' },
      ],
      keys.map((key) => [key.kid, terminal.say(stateOf(key, now())), key.revokedAt ?? key.notAfter ?? '']),
    );
  }
  return EXIT.ok;
}
