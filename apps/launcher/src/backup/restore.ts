import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyDurably } from '#embedded/copy-durably.js';
import { isDataThere } from '#embedded/data-place.js';
import { restoreCluster } from '#embedded/restore-cluster.js';
import type { Home } from '../home/home.js';
import { CLUSTER, FILES, FOLDERS, PASSWORD } from './back-up.js';
import { readManifest } from './manifest.js';
import { settleWitnesses } from './settle-witnesses.js';

export interface Restored {
  /** RFC 3339: what was acknowledged before this is there. */
  readonly began: string;
  readonly restored: readonly string[];
  /** Was there and stayed as it was. */
  readonly kept: readonly string[];
  /** Names of witnesses' keys that must not be used again, and were set aside. */
  readonly retired: readonly string[];
}

/**
 * Puts back what the home lacks, and leaves alone what it has: above all what the ledger published since the backup, which
 * must never go back. Nothing may run from the home. Throws BACKUP_DAMAGED before it changes anything.
 */
export async function restore(home: Home, backup: string): Promise<Restored> {
  const from = resolve(backup);
  const { began } = await readManifest(from);
  const restored: string[] = [];
  const kept: string[] = [];
  const putBack = async (name: string, isThere: boolean, copy: () => unknown) => {
    (isThere ? kept : restored).push(name);
    if (!isThere) await copy();
  };
  for (const name of FILES) {
    if (!existsSync(join(from, name))) continue;
    await putBack(name, existsSync(home[name]), () => {
      copyFileSync(join(from, name), home[name]);
    });
  }
  const putBackFolder = async (name: (typeof FOLDERS)[number]) => {
    if (!hasFiles(join(from, name))) return;
    await putBack(name, hasFiles(home[name]), () => copyDurably(join(from, name), home[name]));
  };
  for (const name of FOLDERS) if (name !== 'ledger') await putBackFolder(name);
  // Afterwards what the backup says was published could be taken for what was left of it.
  const retired = isDataThere(home.postgres) ? [] : await settleWitnesses(home, from);
  await putBackFolder('ledger');
  await putBack(CLUSTER, isDataThere(home.postgres), () =>
    restoreCluster(join(from, CLUSTER), join(from, PASSWORD), home.postgres),
  );
  return { began, restored, kept, retired };
}

function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
