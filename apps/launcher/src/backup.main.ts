import { backUp } from './backup/back-up.js';
import { homeAt, isHome } from './home/home.js';
import { runHomeCommand } from './home/home-command.js';
import { LauncherError } from './launcher-error.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();
const invocation = { args: process.argv.slice(2), variables: process.env, terminal };
const usage =
  'npm run backup -- FOLDER [--home FOLDER]   copies all of this installation into an empty folder, while it runs';

/** `npm run backup -- FOLDER`: everything of this installation, while it runs. */
await runHomeCommand({ usage, folders: 1 }, invocation, async (home, folder = '') => {
  if (!isHome(home))
    throw new LauncherError('HOME_FOREIGN', `${home} is no home of Sluice: there is nothing to back up.`);
  const { began, files } = await backUp(homeAt(home), folder);
  terminal.step(
    `backed up ${home}: ${String(Object.keys(files).length)} files, all that was acknowledged before ${began}`,
  );
  terminal.text('It holds private keys, passwords and personal data: seal it, and take it off this machine.');
});
