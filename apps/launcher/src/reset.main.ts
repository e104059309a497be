import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '#embedded/embedded-error.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { homeAt, isHome } from './home/home.js';
import { LauncherError } from './launcher-error.js';
import { readOptions } from './options.js';
import { endProcess } from './processes/end-process.js';
import { stopLeftovers } from './processes/leftovers.js';
import { runningNote } from './processes/process-note.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();
/** A launcher that stops in order needs a moment. */
const PATIENCE_MS = 45_000;

try {
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  await reset(readOptions(process.argv.slice(2), process.env, root).home);
} catch (error) {
  if (!(error instanceof LauncherError || error instanceof EmbeddedError)) throw error;
  process.stderr.write(`\nsluice: ${error.message}\n`);
  process.exitCode = 1;
}

/** Stops whatever still runs from the home, then removes it with all that it holds. */
async function reset(folder: string): Promise<void> {
  if (!existsSync(folder)) {
    terminal.text(`nothing to reset: there is no ${folder}`);
    return;
  }
  if (!isHome(folder)) {
    throw new LauncherError('HOME_FOREIGN', `${folder} is no home of Sluice: it is left as it is.`);
  }
  const home = homeAt(folder);
  const launcher = runningNote(home.lock);
  if (launcher !== undefined) {
    terminal.step(`stopping the launcher (pid ${String(launcher.pid)})`);
    await endProcess(launcher.pid, PATIENCE_MS);
  }
  await stopLeftovers(home, terminal.step);
  await removePostgres(home.postgres);
  rmSync(folder, { recursive: true, force: true });
  terminal.step(`removed ${folder} with its data, keys and logs`);
}
