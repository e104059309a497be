import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { readTrust, trustFile, type Trust } from '#client/trust.js';
import { KeyError, loadSigningKey, type SigningKey } from '#exchange/keys.js';
import { parseYaml } from '#platform/config/load-yaml.js';
import { CliError } from './cli-error.js';
import type { Context } from './context.js';

type Place = Pick<Context, 'folder'>;

/** Throws FILE_UNREADABLE. */
export function readText({ folder }: Place, file: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** JSON is YAML: one reader for both, whose errors name file, line, column and field. */
export function readDocument<Schema extends z.ZodType>(
  place: Place,
  file: string,
  schema: Schema,
  prepare?: (value: unknown) => unknown,
): z.output<Schema> {
  return parseYaml(readText(place, file), file, schema, prepare);
}

/** Throws FILE_UNWRITABLE. `isNew`: a file that is there already stays as it is. `isSecret`: for its owner's eyes. */
export function writeText(
  { folder }: Place,
  file: string,
  text: string,
  { isNew = false, isSecret = false }: { readonly isNew?: boolean; readonly isSecret?: boolean } = {},
): void {
  try {
    writeFileSync(resolve(folder, file), text, { flag: isNew ? 'wx' : 'w', mode: isSecret ? 0o600 : 0o644 });
  } catch (cause) {
    throw new CliError('FILE_UNWRITABLE', `${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** Throws FILE_UNREADABLE, and USAGE where the file holds no private key. */
export function readKey(place: Place, file: string): SigningKey {
  const text = readText(place, file);
  try {
    return loadSigningKey(text);
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause;
    throw new CliError('USAGE', `${file}: not a private key: ${cause.message}`, { cause });
  }
}

/** Absent where nobody named a trust file and there is none at the usual place. */
export function readTrustFile(context: Context, named: string | undefined): Trust | undefined {
  const file = named ?? context.settings.trust;
  if (named === undefined && !existsSync(file)) return undefined;
  return readTrust(readDocument(context, file, trustFile));
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
