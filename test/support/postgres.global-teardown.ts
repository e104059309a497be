import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestServer } from './postgres.global-setup.js';

/** Ends the server that the set-up started, and removes its folders. */
export default async function stopTestServer(): Promise<void> {
  const noted = process.env.SLUICE_TEST_POSTGRES;
  if (noted === undefined) return;
  const server = JSON.parse(noted) as TestServer;
  // Immediate: nothing of the data is wanted any more.
  process.kill(server.pid, 'SIGQUIT');
  while (isAlive(server.pid)) await pause(20);
  if (!server.dataDir.startsWith(server.folder)) rmSync(dirname(server.dataDir), { recursive: true, force: true });
  rmSync(server.folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
