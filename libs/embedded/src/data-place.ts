import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import type { ServerAccount } from './server-account.js';
import { isTraversable } from './traversable.js';

/**
 * Where the data really lies. The wanted folder, unless the server's account cannot reach it: then a folder of its own
 * under /var/tmp, and `<wanted>.location` holds its path so that the next start finds it again.
 */
export function placeData(wanted: string, account: ServerAccount | undefined): string {
  const dataDir = resolve(wanted);
  const note = locationFile(dataDir);
  if (existsSync(note)) return readFileSync(note, 'utf8').trim();
  mkdirSync(dirname(dataDir), { recursive: true });
  if (isTraversable(dataDir, account)) return dataDir;
  const place = join(privateFolder(`sluice-${shortHash(dataDir)}`, account), 'data');
  writeFileSync(note, `${place}\n`, { mode: 0o600 });
  return place;
}

/** Whether there are data, wherever they lie. */
export function isDataThere(wanted: string): boolean {
  const note = locationFile(wanted);
  return existsSync(existsSync(note) ? readFileSync(note, 'utf8').trim() : resolve(wanted));
}

/** Where `placeData` notes that the data lies elsewhere. */
export function locationFile(dataDir: string): string {
  return `${resolve(dataDir)}.location`;
}

/** Holds the password of the server's superuser: beside the wanted folder, wherever the data lie. */
export function passwordFile(dataDir: string): string {
  return `${resolve(dataDir)}.password`;
}

/**
 * Whether `place` holds what is left of a folder that was deleted with its note and its password, by hand rather than by a
 * reset. Nobody can log in to it any more. Ask before `placeData`, which writes the note.
 */
export function isOrphaned(wanted: string, account: ServerAccount | undefined): boolean {
  return !isTraversable(wanted, account) && !existsSync(locationFile(wanted)) && !existsSync(passwordFile(wanted));
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * A folder that this process owns and the account can pass through. The name is predictable and its parent is open to
 * everyone, so a folder that somebody else made there is refused.
 */
export function privateFolder(name: string, account: ServerAccount | undefined): string {
  for (const parent of new Set(['/var/tmp', tmpdir(), '/tmp'])) {
    if (!existsSync(parent) || !isTraversable(parent, account)) continue;
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const stats = lstatSync(folder);
    if (!stats.isDirectory() || stats.uid !== process.getuid?.()) continue;
    chmodSync(folder, 0o711);
    return folder;
  }
  throw new EmbeddedError(
    'NO_TRAVERSABLE_FOLDER',
    'As root, PostgreSQL runs under an account of its own, which can enter neither this folder nor /var/tmp. ' +
      'Move the folder to a place that others may traverse (chmod o+x on the folders above it), or set SLUICE_HOME.',
  );
}
