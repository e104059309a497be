import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import { waitUntil } from './wait-until.js';

/** What a running server writes about itself into its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Undefined where no server runs on the folder. A file that a killed server left behind is no server. */
export function runningPostmaster(dataDir: string): Postmaster | undefined {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  // The lines of src/include/utils/pidfile.h: 1 pid, 4 port, 8 state.
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  if (isSomebodyElse(pid, dataDir)) {
    // The pid was given to another program since: PostgreSQL would take it for a server and refuse to start.
    rmSync(file);
    return undefined;
  }
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), ready: (lines[7] ?? '').startsWith('ready') };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sure only on Linux, where /proc tells; elsewhere a living pid is taken for the server. */
function isSomebodyElse(pid: number, dataDir: string): boolean {
  try {
    const words = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0');
    return !words.some((word) => word === dataDir || word === realpathSync(dataDir));
  } catch {
    return false;
  }
}

/** The command line that the server was last started with, as it noted it. */
export function lastCommandLine(dataDir: string): string | undefined {
  const file = join(dataDir, 'postmaster.opts');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * Fast shutdown: sessions are cut, everything committed is on disk, a checkpoint is written. A server that does not end
 * within 20 s is told to end at once; it then replays its log at the next start, and nothing committed is lost.
 */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await waitUntil(() => !isAlive(pid), 20_000)) return;
  }
  throw new EmbeddedError(
    'STOP_FAILED',
    `PostgreSQL (pid ${String(pid)}) does not stop. End it with: kill -9 ${String(pid)}`,
  );
}
