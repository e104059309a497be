import type { Home } from '../home/home.js';
import { endProcess } from './end-process.js';
import { removeNote, runningNotes } from './process-note.js';

/**
 * Ends the services that a killed launcher left running: they notice its end themselves, but one that hangs does not.
 * Its PostgreSQL is not touched: it is taken over.
 */
export async function stopLeftovers(home: Home, say: (line: string) => void): Promise<void> {
  await Promise.all(
    runningNotes(home.run).map(async (note) => {
      say(`stopping ${note.name} (pid ${String(note.pid)}) of an earlier start`);
      await endProcess(note.pid);
      removeNote(note.file);
    }),
  );
}
