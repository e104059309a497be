import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Sees to it that no process outlives this one, even where this one is killed. */
export class Reaper {
  private readonly child = spawn(process.execPath, [join(import.meta.dirname, 'reaper.main.mjs')], {
    // Ctrl-C ends everything in the terminal's group, and it must be there afterwards.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });

  constructor() {
    this.child.stdin.on('error', () => undefined);
  }

  watch(pid: number): void {
    this.child.stdin.write(`+${pid}\n`);
  }

  forget(pid: number): void {
    this.child.stdin.write(`-${pid}\n`);
  }

  /** Kills what it still watches. */
  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await exited;
  }
}
