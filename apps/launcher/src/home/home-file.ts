import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { LauncherError } from '../launcher-error.js';

/**
 * What `read` makes of a file of the home; undefined where there is none. Throws HOME_DAMAGED, with the way out, for a file
 * that is there and cannot be read.
 */
export function readHomeFile<T>(file: string, read: (text: string) => T): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LauncherError(
      'HOME_DAMAGED',
      `${file} cannot be read: ${reasonOf(cause)}.\nnpm run reset removes everything, or put the file back from a backup.`,
      { cause },
    );
  }
}

/**
 * Durable when it returns, and whole or as it was before whenever the process is killed: a home with half a key would not
 * start again. `mode` of the file: everybody may read it unless said otherwise.
 */
export function writeHomeFile(file: string, text: string, mode: 0o600 | 0o644 = 0o644): void {
  const beside = `${file}.new`;
  // One that was left over would keep its own mode.
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { mode, flush: true });
  renameSync(beside, file);
}

/** A parser's message may quote the file, which may hold a password. */
function reasonOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'it is no JSON, as if it had been cut';
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : String(cause);
}
