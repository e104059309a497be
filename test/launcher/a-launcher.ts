import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '#embedded/wait-until.js';

const root = join(import.meta.dirname, '..', '..');
const PATIENCE_MS = 120_000;

/** The compiled launcher as its own process, and what it prints. */
export class ALauncher {
  output = '';
  readonly exited: Promise<number | string>;
  private readonly child: ChildProcess;

  constructor(
    readonly home: string,
    portBase: number,
    ...flags: readonly string[]
  ) {
    const main = join(root, 'dist', 'apps', 'launcher', 'src', 'main.js');
    const args = [main, '--home', home, '--port-base', String(portBase), ...flags];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  /** Throws, with what was printed, where the text does not come. */
  async untilItSays(text: string): Promise<void> {
    const said = (): boolean => this.output.includes(text);
    const ended = (): boolean => this.child.exitCode !== null || this.child.signalCode !== null;
    await waitUntil(() => said() || ended(), PATIENCE_MS);
    if (!said()) throw new Error(`the launcher did not say "${text}" but:\n${this.output}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export function reset(home: string): Promise<number | string> {
  const main = join(root, 'dist', 'apps', 'launcher', 'src', 'reset.main.js');
  const child = spawn(process.execPath, [main, '--home', home], { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'unknown');
    });
  });
}

/** The pids of the services, by name, as the launcher notes them. */
export function servicesOf(home: string): ReadonlyMap<string, number> {
  const run = join(home, 'run');
  return new Map(
    readdirSync(run).map((file) => {
      const { pid } = JSON.parse(readFileSync(join(run, file), 'utf8')) as { pid: number };
      return [file.replace('.json', ''), pid];
    }),
  );
}
