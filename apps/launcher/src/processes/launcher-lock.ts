import { LauncherError } from '../launcher-error.js';
import type { Home } from '../home/home.js';
import { removeNote, runningNote, writeNote } from './process-note.js';

/** One launcher a home. Returns what gives the home up again. Throws ALREADY_RUNNING. */
export function lockHome(home: Home, script: string): () => void {
  const other = runningNote(home.lock);
  if (other !== undefined && other.pid !== process.pid) {
    throw new LauncherError(
      'ALREADY_RUNNING',
      `Sluice already runs from ${home.folder} (pid ${String(other.pid)}). Stop it there with Ctrl-C or kill ${String(other.pid)}, ` +
        'or start a second one beside it: npm start -- --home OTHER --port-base 9800',
    );
  }
  writeNote(home.lock, { pid: process.pid, script });
  return () => {
    removeNote(home.lock);
  };
}
