import { setTimeout as pause } from 'node:timers/promises';

/** How one request ended: `settled` if nothing is left open, which is what a client that gets a failure waits for. */
export type Ending = 'settled' | 'failed';

/** Milliseconds: a caller is busy with an answer for less than this, and backs off after a failure for up to the other. */
const [BUSY_MS, LONGEST_BACKOFF_MS] = [100, 2_000];
const FIRST_BACKOFF_MS = 50;

/** Callers who ask for ever, through every outage; each backs off while it is not served, as any client should. */
export class Callers {
  /** Requests that ended in nothing left open. */
  settled = 0;
  private readonly loops: Promise<void>[] = [];
  private isAsking = false;

  constructor(
    private readonly count: number,
    private readonly ask: () => Promise<Ending>,
  ) {}

  begin(): void {
    this.isAsking = true;
    for (let one = 0; one < this.count; one += 1) this.loops.push(this.loop());
  }

  /** Resolves once everybody has the answer to the last request. Safe to repeat. */
  async rest(): Promise<void> {
    this.isAsking = false;
    await Promise.all(this.loops.splice(0));
  }

  private async loop(): Promise<void> {
    let backoff = FIRST_BACKOFF_MS;
    while (this.isAsking) {
      const ending = await this.ask();
      if (ending === 'settled') this.settled += 1;
      backoff = ending === 'settled' ? FIRST_BACKOFF_MS : Math.min(backoff * 2, LONGEST_BACKOFF_MS);
      await pause(Math.random() * (ending === 'settled' ? BUSY_MS : backoff));
    }
  }
}
