import type { EventBatch } from '#events/transport.js';

/** A transport as the ledger knows it: batches in their order, each again and again until it is committed. */
export class EventFeed {
  private committed = 0;

  constructor(private readonly batches: readonly EventBatch[]) {}

  /** The first that is not committed, with its number; undefined once all are. */
  deliver(): Promise<{ readonly number: number; readonly batch: EventBatch } | undefined> {
    const batch = this.batches[this.committed];
    return Promise.resolve(batch === undefined ? undefined : { number: this.committed, batch });
  }

  /** Safe to repeat. */
  commit(number: number): Promise<void> {
    this.committed = Math.max(this.committed, number + 1);
    return Promise.resolve();
  }
}
