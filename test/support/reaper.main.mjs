import { createInterface } from 'node:readline';

/**
 * Outlives a test run that is killed, and then kills what that run has started: PostgreSQL and Kafka would go on for ever.
 * Standard input brings `+PID` for each start and `-PID` for each end; it closes when the run is gone.
 */
const running = new Set();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) running.add(pid);
  else running.delete(pid);
}
for (const pid of running) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
