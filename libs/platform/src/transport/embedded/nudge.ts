import { setTimeout as delay } from 'node:timers/promises';

/** A pause that somebody else can cut short. A nudge that comes before the pause is not lost: the pause is none. */
export class Nudge {
  private given = false;
  private pause: AbortController | undefined;

  give(): void {
    this.given = true;
    this.pause?.abort();
  }

  /** Before looking for work: a nudge from now on is about work that the look may miss. */
  forget(): void {
    this.given = false;
  }

  /** Resolves after `ms`, at a nudge or at once when `signal` is aborted, whichever is first. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.given) return;
    this.pause = new AbortController();
    try {
      await delay(ms, undefined, { signal: AbortSignal.any([signal, this.pause.signal]) });
    } catch {
      // Only ever an abort, which is what was waited for.
    } finally {
      this.pause = undefined;
    }
  }
}
