import { backUp } from './backup/back-up.js';
import { readBackupArguments, runBackupCommand } from './backup/backup-command.js';
import { homeAt, isHome } from './home/home.js';
import { LauncherError } from './launcher-error.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();

/** `npm run backup -- FOLDER`: everything of this installation, while it runs. */
await runBackupCommand(async () => {
  const { folder, home } = readBackupArguments(process.argv.slice(2), process.env, 'backup');
  if (!isHome(home))
    throw new LauncherError('HOME_FOREIGN', `${home} is no home of Sluice: there is nothing to back up.`);
  const { began, files } = await backUp(homeAt(home), folder);
  terminal.step(
    `backed up ${home}: ${String(Object.keys(files).length)} files, all that was acknowledged before ${began}`,
  );
  terminal.text('It holds private keys, passwords and personal data: seal it, and take it off this machine.');
});
