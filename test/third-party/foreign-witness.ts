import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { GoPrograms } from './go-programs.js';

const NAME = 'foreign.example/witness';
const STARTS_MS = 10_000;

/** A witness that is none of Sluice: the Go program of scripts/third-party. It ends when this process does. */
export class ForeignWitness implements Disposable {
  readonly name = NAME;

  private constructor(
    private readonly child: ChildProcess,
    readonly vkey: string,
    /** The submission prefix. */
    readonly url: string,
    /** Each answer so far: its status and the log's origin. */
    readonly answers: readonly string[],
  ) {}

  /** `logs`: the verifier keys of those that it cosigns. */
  static async start({ thirdParty }: GoPrograms, logs: readonly string[]): Promise<ForeignWitness> {
    const child = spawn(thirdParty, ['witness', NAME, ...logs], { stdio: ['pipe', 'pipe', 'inherit'] });
    const answers: string[] = [];
    const begun = new Promise<{ readonly vkey: string; readonly url: string }>((resolve, reject) => {
      const told: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (told.length === 2) answers.push(line);
        else if (told.push(line) === 2) resolve({ vkey: told[0]!, url: told[1]! });
      });
      child.once('exit', () => {
        reject(new Error(`The foreign witness did not start: ${told.join(' ')}`));
      });
      AbortSignal.timeout(STARTS_MS).addEventListener('abort', () => {
        reject(new Error('The foreign witness did not start in time.'));
      });
    });
    try {
      const { vkey, url } = await begun;
      return new ForeignWitness(child, vkey, url, answers);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** From now on it answers nothing, and remembers what it saw. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}
