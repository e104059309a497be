import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedError } from '#embedded/embedded-error.js';
import { LauncherError } from '../launcher-error.js';
import { readOptions } from '../options.js';

/** dist/apps/launcher/src/backup */
const root = join(import.meta.dirname, '..', '..', '..', '..', '..');

export interface BackupArguments {
  /** Of the backup. */
  readonly folder: string;
  readonly home: string;
}

/** `FOLDER [--home DIR]`. Throws USAGE. */
export function readBackupArguments(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  command: 'backup' | 'restore',
): BackupArguments {
  const usage = `npm run ${command} -- FOLDER [--home DIR]`;
  try {
    const flags = { home: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new Error('name one folder');
    const home = values.home === undefined ? [] : ['--home', values.home];
    return { folder, home: readOptions(home, variables, root).home };
  } catch (error) {
    throw new LauncherError('USAGE', `${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Runs a command; what its reader can mend is told in words. */
export async function runBackupCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof LauncherError || error instanceof EmbeddedError)) throw error;
    process.stderr.write(`\nsluice: ${error.message}\n`);
    process.exitCode = 1;
  }
}
