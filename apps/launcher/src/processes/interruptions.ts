/** One Ctrl-C comes more than once: from the terminal to all of its processes, and from those that pass it on. */
const ONE_INTERRUPTION_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that ask a process to end, taken together where they come together. From now on none of them ends it. */
export class Interruptions {
  private readonly waiting: (() => void)[] = [];
  private latest = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {
    for (const signal of SIGNALS) process.on(signal, this.interrupt);
  }

  /** Resolves with the next one. */
  next(): Promise<'interrupted'> {
    return new Promise((resolve) => {
      this.waiting.push(() => {
        resolve('interrupted');
      });
    });
  }

  private readonly interrupt = (): void => {
    const now = this.now();
    const isTheSame = now - this.latest < ONE_INTERRUPTION_MS;
    this.latest = now;
    if (isTheSame) return;
    for (const tell of this.waiting.splice(0)) tell();
  };
}
