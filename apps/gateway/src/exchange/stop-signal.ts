import { EventEmitter } from 'node:events';

export type StopCause = 'the caller left' | 'it took too long' | 'it is not on record';

/**
 * Gives up what was asked of an adapter, once. What an AbortController does, at a tenth of its cost, which every exchange
 * pays: undici takes any emitter of `abort`. It tells only those who listen already, so ask `because` first.
 */
export class StopSignal extends EventEmitter {
  private cause: StopCause | undefined;

  /** Why, once it was given up. */
  because(): StopCause | undefined {
    return this.cause;
  }

  stop(because: StopCause): void {
    if (this.cause !== undefined) return;
    this.cause = because;
    this.emit('abort');
  }
}
