import { waitUntil } from '#embedded/wait-until.js';

/** Only ends what hangs. */
const DEADLINE_MS = 30_000;

/** Looks again and again until it holds. Throws where it does not come to that, and says what was waited for. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await waitUntil(holds, DEADLINE_MS))) throw new Error(`Not so after ${DEADLINE_MS} ms: ${holds.toString()}`);
}
