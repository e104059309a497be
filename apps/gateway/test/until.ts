import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 10_000;
const PAUSE_MS = 10;

/** Looks again and again until it holds. Throws where it does not come to that. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not come to that');
    await pause(PAUSE_MS);
  }
}
