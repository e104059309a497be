import { CLOCK_WINDOW } from '#exchange/signature-profile.js';

/** A signature may be made up to one window ahead of our clock and is good for one behind it; then the clock refuses it. */
const REMEMBERED_MS = 2 * CLOCK_WINDOW * 1000;
/** Some tens of megabytes at the most. Past that the one met first is forgotten. */
const MOST = 100_000;

/**
 * The exchanges that this process met lately. A hint and no defence: it forgets with the process and knows nothing of
 * other gateways. Whether a request was made before, the record says.
 */
export class RecentExchanges {
  /** By id, in the order in which they were met. */
  private readonly metAt = new Map<string, number>();

  constructor(private readonly most = MOST) {}

  /** Whether the exchange was met before. From now on it was. `now` in milliseconds. */
  meet(id: string, now: number): boolean {
    this.forget(now);
    if (this.metAt.has(id)) return true;
    this.metAt.set(id, now);
    return false;
  }

  private forget(now: number): void {
    for (const [id, metAt] of this.metAt) {
      if (this.metAt.size < this.most && now - metAt <= REMEMBERED_MS) return;
      this.metAt.delete(id);
    }
  }
}
