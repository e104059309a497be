/** Runs a task again and again, never two at once. An error is reported and the next turn comes all the same. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly task: () => Promise<void>,
    private readonly pauseMs: number,
    private readonly onError: (error: unknown) => void = () => undefined,
  ) {}

  /** The first turn is now. */
  start(): void {
    this.stopped = false;
    this.run();
  }

  /** Resolves when the turn under way has ended; no other begins. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
  }

  private run(): void {
    this.turn = this.task()
      .catch(this.onError)
      .then(() => {
        if (this.stopped) return;
        this.timer = setTimeout(() => {
          this.run();
        }, this.pauseMs);
      });
  }
}
