import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FolderLog } from '#client/audit/folder-log.js';
import { HttpLog } from '#client/audit/http-log.js';
import type { LogSource } from '#client/audit/log-source.js';
import { LedgerClient } from '#client/ledger-client.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';

/** Folders below one that was named, at which logs are looked for: `<tiles>/<path of the origin>/<shard>`. */
const DEEPEST = 5;

/** The logs at a place: a log's URL, a ledger's, a log's folder, or one that has logs below it. Throws CliError. */
export async function auditedLogs(context: Context, place: string): Promise<readonly LogSource[]> {
  if (/^https?:\/\//.test(place)) return logsOfUrl(context, place);
  const folder = resolve(context.folder, place);
  if (!existsSync(folder)) {
    throw new CliError('FILE_UNREADABLE', { en: `${place}: there is no such folder`, zh: `${place}：没有该目录` });
  }
  const found = logFolders(folder, DEEPEST);
  if (found.length > 0) return found.map((one) => new FolderLog(one));
  throw new CliError('USAGE', {
    en: `${place}: neither it nor a folder below it has a file named checkpoint`,
    zh: `${place}：该目录及其下均没有名为 checkpoint 的文件`,
  });
}

async function logsOfUrl({ fetch }: Context, place: string): Promise<readonly LogSource[]> {
  // What is not there at all is said at once.
  const isLog = (await new HttpLog(place, { fetch, tries: 1 }).readCheckpoint()) !== undefined;
  if (isLog) return [new HttpLog(place, { fetch })];
  const shards = await new LedgerClient({ ledger: place, fetch }).shards();
  return shards.map(({ prefix }) => new HttpLog(new URL(prefix, place), { fetch }));
}

function logFolders(folder: string, deepest: number): string[] {
  if (existsSync(join(folder, 'checkpoint'))) return [folder];
  if (deepest === 0 || !statSync(folder).isDirectory()) return [];
  const below = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  return below.flatMap(({ name }) => logFolders(join(folder, name), deepest - 1)).sort();
}
