import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 25 ms. False once `timeoutMs` has passed without a yes. */
export async function waitUntil(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() >= deadline) return false;
    await pause(25);
  }
}
