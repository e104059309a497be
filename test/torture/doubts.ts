/** Times of performance.now(). */
export interface Asked {
  readonly askedAt: number;
  /** When the caller had read the reply: the gateway may have been dead by then. */
  readonly toldAt: number;
}

/**
 * A gateway remembers what it is in doubt about until its database is back and a little longer: what it said in this time
 * before a kill may be forgotten. Milliseconds.
 */
const DOUBT_MS = 60_000;

/** Which exchanges a gateway may have been in doubt about when it was killed. */
export class Doubts {
  private readonly asked = new Map<string, Asked>();

  told(id: string, times: Asked): void {
    this.asked.set(id, times);
  }

  /** `died`: whether the gateway was killed between two times. Who replied was alive when it was asked. */
  mayBeForgotten(id: string, died: (from: number, to: number) => boolean): boolean {
    const times = this.asked.get(id);
    return times !== undefined && died(times.askedAt, times.toldAt + DOUBT_MS);
  }

  /** All of it is settled. */
  clear(): void {
    this.asked.clear();
  }
}
