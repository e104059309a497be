import { NotReady } from '#platform/health/readiness.js';
import { Repeating } from '#platform/repeating.js';

export interface ReconcilingOptions {
  /** See Reconciler. */
  readonly cycle: (stopping: AbortSignal) => Promise<boolean>;
  /** Milliseconds from one cycle to the next. */
  readonly every: number;
  readonly onError: (error: unknown) => void;
}

/** Milliseconds without a step after which somebody should know. */
const STALLED_AFTER = 60_000;

/** Keeps a reconciler going. It fails by itself: the log goes on without it, and it takes up later what it missed. */
export class Reconciling {
  private readonly stopping = new AbortController();
  private readonly cycles: Repeating;
  private movedAt = performance.now();

  constructor({ cycle, every, onError }: ReconcilingOptions) {
    const run = async () => {
      if (await cycle(this.stopping.signal)) this.moved();
    };
    this.cycles = new Repeating(run, every, onError);
  }

  start(): void {
    this.moved();
    this.cycles.start();
  }

  /** Resolves after the step that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.cycles.stop();
  }

  /** A step was done: a long way that is left to go is no standstill. */
  moved(): void {
    this.movedAt = performance.now();
  }

  /** Throws NotReady where nothing was done for a while. */
  check(): void {
    const seconds = (performance.now() - this.movedAt) / 1000;
    if (seconds * 1000 > STALLED_AFTER) throw new NotReady(`nothing was reconciled for ${Math.round(seconds)} s`);
  }
}
