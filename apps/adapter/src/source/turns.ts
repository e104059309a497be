import { SourceFailure } from './source-failure.js';

const BUSY = 'too many queries are waiting for the source: try again later';

/**
 * Lets at most `running` tasks run at once. Up to `waiting` more wait in line; one more is refused at once, because an
 * answer that comes too late is worth less than a clear no.
 */
export class Turns {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly running: number,
    private readonly waiting: number,
  ) {
    this.free = running;
  }

  /** Throws a SourceFailure where the line is full, or where `signal` aborts before the turn comes. */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.enter(signal);
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  /** Tasks that run or wait. */
  get load(): number {
    return this.running - this.free + this.line.length;
  }

  private async enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new SourceFailure('SOURCE_TIMEOUT', 'the request was given up before it was read');
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    if (this.line.length >= this.waiting) {
      throw new SourceFailure('SOURCE_UNAVAILABLE', `${this.waiting} queries are waiting already`, BUSY);
    }
    await new Promise<void>((resolve, reject) => {
      const onTurn = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.line.splice(this.line.indexOf(onTurn), 1);
        reject(new SourceFailure('SOURCE_TIMEOUT', 'the request was given up while it waited for its turn'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.line.push(onTurn);
    });
  }

  private leave(): void {
    const next = this.line.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
