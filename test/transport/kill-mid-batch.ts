import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TransportConfig } from '#platform/transport/transport-config.js';

/** A process of its own takes a batch and dies of SIGKILL with it. Resolves to the ids that it had. */
export async function killMidBatch(config: TransportConfig, topic: string): Promise<string[]> {
  const support = join(import.meta.dirname, '..', 'support', 'compile-hooks.mjs');
  const main = join(import.meta.dirname, 'stuck-consumer.main.ts');
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', '--import', support];
  const child = spawn(process.execPath, [...flags, main, JSON.stringify(config), topic], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [unknown];
  if (typeof line !== 'string') throw new Error(`The consumer ended by itself: ${String(line)}`);
  child.kill('SIGKILL');
  await exited;
  return JSON.parse(line) as string[];
}
