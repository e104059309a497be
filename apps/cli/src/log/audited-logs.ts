import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { FamilySource } from '#client/audit/family-source.js';
import { FolderFamily, FolderLog } from '#client/audit/folder-log.js';
import { HttpFamily, HttpLog } from '#client/audit/http-log.js';
import type { LogSource } from '#client/audit/log-source.js';
import { LedgerClient } from '#client/ledger-client.js';
import { CHECKPOINT, SHARD_LIST } from '#merkle/log-paths.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { isUrl } from './is-url.js';

/** Folders below one that was named, at which logs are looked for: `<tiles>/<path of the origin>/<shard>`. */
const DEEPEST = 5;

/** What is at a place: families, each with all of its logs, and logs of which no list is there. */
export interface Audited {
  readonly families: readonly FamilySource[];
  readonly logs: readonly LogSource[];
  /** Whether one log was named, and not what may have several. */
  readonly isOne: boolean;
}

/** What is at a log's URL, a ledger's, a log's folder, or one that has logs below it. Throws CliError. */
export async function auditedLogs(context: Context, place: string): Promise<Audited> {
  if (isUrl(place)) return atUrl(context, place);
  const folder = resolve(context.folder, place);
  if (!existsSync(folder)) {
    throw new CliError('FILE_UNREADABLE', { en: `${place}: there is no such folder`, zh: `${place}：没有该目录` });
  }
  const found = foldersWith(CHECKPOINT, folder, DEEPEST);
  const families = foldersWith(SHARD_LIST, folder, DEEPEST).map((one) => {
    return new FolderFamily(
      one,
      found.filter((log) => isBelow(log, one)).map((log) => `${relative(one, log)}/`),
    );
  });
  const logs = found.filter((log) => !families.some(({ place: family }) => isBelow(log, family)));
  if (found.length + families.length > 0) {
    return { families, logs: logs.map((one) => new FolderLog(one)), isOne: found[0] === folder };
  }
  throw new CliError('USAGE', {
    en: `${place}: neither it nor a folder below it has a file named checkpoint`,
    zh: `${place}：该目录及其下均没有名为 checkpoint 的文件`,
  });
}

async function atUrl({ fetch }: Context, place: string): Promise<Audited> {
  // What is not there at all is said at once.
  const isLog = (await new HttpLog(place, { fetch, tries: 1 }).readCheckpoint()) !== undefined;
  if (isLog) return { families: [], logs: [new HttpLog(place, { fetch })], isOne: true };
  const isFamily = (await new HttpFamily(place, { fetch, tries: 1 }).readList()) !== undefined;
  if (isFamily) return { families: [new HttpFamily(place, { fetch })], logs: [], isOne: false };
  const ledger = new LedgerClient({ ledger: place, fetch });
  const family = await ledger.family();
  if (family !== undefined) {
    const families = [new HttpFamily(new URL('.', new URL(family.list, place)), { fetch })];
    return { families, logs: [], isOne: false };
  }
  const logs = (await ledger.shards()).map(({ prefix }) => new HttpLog(new URL(prefix, place), { fetch }));
  return { families: [], logs, isOne: false };
}

function isBelow(folder: string, above: string): boolean {
  return folder.startsWith(`${above}${sep}`);
}

/** A log has no log below it, and a family no family. */
function foldersWith(file: string, folder: string, deepest: number): string[] {
  if (isFile(join(folder, file))) return [folder];
  if (deepest === 0 || !statSync(folder).isDirectory()) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  return below.flatMap(({ name }) => foldersWith(file, join(folder, name), deepest - 1)).sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
