import { z } from 'zod';
import { algorithms, generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readKey, writeText } from '../named-file.js';
import { readFlags } from '../read-flags.js';

const flags = z.object({ out: z.string(), alg: z.enum(algorithms) });

export function generateKey(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const { out, alg } = readFlags(flags, options);
  const key = generateSigningKey(alg);
  writeText(context, out, `${JSON.stringify(privateJwk(key), undefined, 2)}\n`, { isNew: true, isSecret: true });
  context.terminal.result(publicJwk(key.key));
  context.terminal.note(
    context.terminal.say({ en: `${out} holds the private key: keep it safe.`, zh: `${out} 内含私钥，请妥善保管。` }),
  );
  return Promise.resolve(EXIT.ok);
}

export function showKey(context: Context, [file = '']: readonly string[]): Promise<ExitCode> {
  context.terminal.result(publicJwk(readKey(context, file).key));
  return Promise.resolve(EXIT.ok);
}
