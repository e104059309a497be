import { isAlive } from '#embedded/postmaster.js';
import { waitUntil } from '#embedded/wait-until.js';

/** Asks it to end, and makes it end where it does not within `patienceMs`. Resolves once it is gone. */
export async function endProcess(pid: number, patienceMs = 10_000): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitUntil(() => !isAlive(pid), patienceMs)) return;
  }
}
