import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUpCluster } from '#embedded/back-up-cluster.js';
import { copyDurably } from '#embedded/copy-durably.js';
import { isDataThere, passwordFile } from '#embedded/data-place.js';
import { startPostgres } from '#embedded/postgres-server.js';
import type { Home } from '../home/home.js';
import { LauncherError } from '../launcher-error.js';
import { writeManifest, type Manifest } from './manifest.js';

/** What lies in the home beside the databases, in the order in which it is copied; the names are those of the home. */
export const FILES = ['secrets', 'trust'] as const;
export const FOLDERS = ['keys', 'witnesses', 'sources', 'ledger'] as const;
export const CLUSTER = 'postgres';
export const PASSWORD = 'postgres.password';

/**
 * Backs a whole installation up, while it runs or not. First what the ledger has published, then all databases as they are
 * at one instant: so whatever was published is in the ledger's database, and what a service's outbox no longer has is
 * there too. What was acknowledged before the call is in the backup. Throws BACKUP_REFUSED, and leaves no manifest where
 * it fails.
 */
export async function backUp(home: Home, folder: string, now: () => Date = () => new Date()): Promise<Manifest> {
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new LauncherError('BACKUP_REFUSED', `${target} is not empty: each backup has a folder of its own.`);
  }
  if (!isDataThere(home.postgres)) {
    throw new LauncherError(
      'BACKUP_REFUSED',
      `${home.folder} has no PostgreSQL of its own. Back yours up with its own means, after the tiles: see docs/runbook.md.`,
    );
  }
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const began = now().toISOString();
  for (const name of FILES) if (existsSync(home[name])) copyFileSync(home[name], join(target, name));
  for (const name of FOLDERS)
    if (existsSync(home[name])) await copyDurably(home[name], join(target, name), { isLeftOut });
  copyFileSync(passwordFile(home.postgres), join(target, PASSWORD));
  const server = await startPostgres({ dataDir: home.postgres, port: 0 });
  try {
    await backUpCluster(server, join(target, CLUSTER));
  } finally {
    if (!server.reused) await server.stop();
  }
  return writeManifest(target, { began, ended: now().toISOString() });
}

/** What the ledger is about to write: nothing refers to it yet. */
function isLeftOut(path: string): boolean {
  return /(^|\/)\.incoming\//.test(path);
}
