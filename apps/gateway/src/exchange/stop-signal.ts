export type StopCause = 'the caller left' | 'it took too long' | 'it is not on record';

/**
 * Gives up what was asked of an adapter, once. What an AbortController does, at a small part of its cost, which every
 * exchange pays.
 */
export class StopSignal {
  private cause: StopCause | undefined;
  private listener: (() => void) | undefined;

  /** Why, once it was given up. */
  because(): StopCause | undefined {
    return this.cause;
  }

  stop(because: StopCause): void {
    if (this.cause !== undefined) return;
    this.cause = because;
    this.listener?.();
  }

  /** One listener, the last that was given. It is called at once where all is given up already. */
  onStop(listener: () => void): void {
    this.listener = listener;
    if (this.cause !== undefined) listener();
  }
}
