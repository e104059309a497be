import { existsSync, rmSync } from 'node:fs';
import { removePostgres } from '#embedded/remove-postgres.js';
import { homeAt, isHome } from './home/home.js';
import { runHomeCommand } from './home/home-command.js';
import { LauncherError } from './launcher-error.js';
import { endProcess } from './processes/end-process.js';
import { stopLeftovers } from './processes/leftovers.js';
import { runningNote } from './processes/process-note.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();
const invocation = { args: process.argv.slice(2), variables: process.env, terminal };
/** A launcher that stops in order needs a moment. */
const PATIENCE_MS = 45_000;

const usage =
  'npm run reset [-- --home FOLDER]   stops what is left over, and removes the home folder with all data and keys';

await runHomeCommand({ usage, folders: 0 }, invocation, reset);

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
