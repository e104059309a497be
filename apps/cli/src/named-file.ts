import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { readTrust, usableTrustFile, type Trust } from '#client/trust.js';
import { KeyError, loadSigningKey, type SigningKey } from '#exchange/keys.js';
import type { Title } from '#exchange/names.js';
import { parseYaml } from '#platform/config/load-yaml.js';
import { CliError } from './cli-error.js';
import type { Context } from './context.js';

type Place = Pick<Context, 'folder'>;

/** Throws FILE_UNREADABLE. */
export function readText({ folder }: Place, file: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', reasonOf(file, cause), { cause });
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

/** The same, of a file that need not be there. */
export function readDocumentIfThere<Schema extends z.ZodType>(
  place: Place,
  file: string,
  schema: Schema,
): z.output<Schema> | undefined {
  return existsSync(resolve(place.folder, file)) ? readDocument(place, file, schema) : undefined;
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
    throw new CliError('FILE_UNWRITABLE', reasonOf(file, cause), { cause });
  }
}

/** Throws FILE_UNREADABLE, and USAGE where the file holds no private key. */
export function readKey(place: Place, file: string): SigningKey {
  const text = readText(place, file);
  try {
    return loadSigningKey(text);
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause;
    throw new CliError(
      'USAGE',
      { en: `${file}: not a private key: ${cause.message}`, zh: `${file}：不是私钥：${cause.message}` },
      { cause },
    );
  }
}

/** Absent where nobody named a trust file and there is none at the usual place. */
export function readTrustFile(context: Context, named: string | undefined): Trust | undefined {
  const file = named ?? context.settings.trust;
  if (named === undefined && !existsSync(file)) return undefined;
  return readTrust(readDocument(context, file, usableTrustFile));
}

const reasons: ReadonlyMap<unknown, Title> = new Map([
  ['ENOENT', { en: 'there is no such file', zh: '没有该文件' }],
  ['EEXIST', { en: 'there is such a file already', zh: '文件已存在' }],
  ['EACCES', { en: 'this account may not', zh: '当前账户无权访问' }],
  ['EISDIR', { en: 'this is a folder', zh: '这是目录' }],
]);

function reasonOf(file: string, cause: unknown): Title {
  const { code, message = String(cause) } = cause as { code?: unknown; message?: string };
  const { en, zh } = reasons.get(code) ?? { en: message, zh: message };
  return { en: `${file}: ${en}`, zh: `${file}：${zh}` };
}
