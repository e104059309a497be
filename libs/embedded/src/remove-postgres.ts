import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { locationFile, passwordFile } from './data-place.js';
import { runningPostmaster, stopPostmaster } from './postmaster.js';

/** Stops the server on this folder, if one runs, and removes the data wherever it lies. Safe to repeat. */
export async function removePostgres(wanted: string): Promise<void> {
  const note = locationFile(wanted);
  const moved = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
  await removeData(moved ?? resolve(wanted));
  // The folder that was made for the data alone, not whatever a damaged note may name.
  if (moved !== undefined && /\/sluice-[0-9a-f]{16}\/data$/.test(moved)) {
    rmSync(dirname(moved), { recursive: true, force: true });
  }
  for (const path of [note, passwordFile(wanted), `${resolve(wanted)}.log`]) rmSync(path, { force: true });
}

/** Stops the server that runs on these data, if one does, and removes them. */
export async function removeData(dataDir: string): Promise<void> {
  const running = runningPostmaster(dataDir);
  if (running !== undefined) await stopPostmaster(running.pid);
  rmSync(dataDir, { recursive: true, force: true });
}
