import { join } from 'node:path';
import { restore } from './backup/restore.js';
import { openHome } from './home/home.js';
import { runHomeCommand } from './home/home-command.js';
import { lockHome } from './processes/launcher-lock.js';
import { stopLeftovers } from './processes/leftovers.js';
import { Terminal } from './report/terminal.js';

const terminal = new Terminal();
const invocation = { args: process.argv.slice(2), variables: process.env, terminal };
const usage = 'npm run restore -- FOLDER [--home FOLDER]   puts back, out of a backup, what the home lacks';

/** `npm run restore -- FOLDER`: what the home lacks, out of a backup. */
await runHomeCommand({ usage, folders: 1 }, invocation, async (place, folder = '') => {
  const home = openHome(place);
  const unlock = lockHome(home, join(import.meta.dirname, 'restore.main.js'));
  try {
    await stopLeftovers(home, terminal.step);
    const { began, restored, kept, retired } = await restore(home, folder);
    terminal.step(`restored ${restored.join(', ') || 'nothing'}: all that was acknowledged before ${began}`);
    if (kept.length > 0) terminal.step(`kept, since it is there: ${kept.join(', ')}`);
    if (kept.includes('ledger') && restored.includes('postgres')) {
      terminal.text('What was published is newer than the database: start once with LEDGER_CATCH_UP=true npm start');
    }
    if (retired.length > 0) terminal.text(witnessKeys(retired));
  } finally {
    unlock();
  }
});

function witnessKeys(retired: readonly string[]): string {
  return [
    'What was published since the backup is lost, or does not continue it: nobody can say what the witnesses have cosigned.',
    `So their keys were set aside (${retired.join(', ')}: keys/*.retired), and the next start makes new ones.`,
    'Hand trust.json out anew after it, and destroy the old keys: docs/runbook.md, "Backup and restore".',
  ].join('\n');
}
