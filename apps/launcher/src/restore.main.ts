import { join } from 'node:path';
import { readBackupArguments, runBackupCommand } from './backup/backup-command.js';
import { restore } from './backup/restore.js';
import { openHome } from './home/home.js';
import { lockHome } from './processes/launcher-lock.js';
import { stopLeftovers } from './processes/leftovers.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();

/** `npm run restore -- FOLDER`: what the home lacks, out of a backup. */
await runBackupCommand(async () => {
  const { folder, home: place } = readBackupArguments(process.argv.slice(2), process.env, 'restore');
  const home = openHome(place);
  const unlock = lockHome(home, join(import.meta.dirname, 'restore.main.js'));
  try {
    await stopLeftovers(home, terminal.step);
    const { began, restored, kept } = await restore(home, folder);
    terminal.step(`restored ${restored.join(', ') || 'nothing'}: all that was acknowledged before ${began}`);
    if (kept.length > 0) terminal.step(`kept, since it is there: ${kept.join(', ')}`);
    if (kept.includes('ledger') && restored.includes('postgres')) {
      terminal.text('What was published is newer than the database: start once with LEDGER_CATCH_UP=true npm start');
    }
  } finally {
    unlock();
  }
});
