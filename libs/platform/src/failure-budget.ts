interface Bucket {
  readonly tokens: number;
  readonly filledAt: number;
}

/** Names that are remembered; past that the one seen first is forgotten, which gives it a full bucket again. */
const MOST_NAMES = 100_000;

/**
 * How many refused requests of one name (a key, an address) are let through: a token bucket each. Without it anybody who
 * knows a name could have us work for nothing.
 */
export class FailureBudget {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {}

  /** Whether `spend` would be true. `now` in milliseconds. */
  isLeft(name: string, now: number): boolean {
    return this.fill(name, now) >= 1;
  }

  /** False where nothing is left. `now` in milliseconds. */
  spend(name: string, now: number): boolean {
    const filled = this.fill(name, now);
    const isLeft = filled >= 1;
    this.buckets.set(name, { tokens: isLeft ? filled - 1 : filled, filledAt: now });
    if (this.buckets.size > MOST_NAMES) this.forgetFirst();
    return isLeft;
  }

  private fill(name: string, now: number): number {
    const { tokens, filledAt } = this.buckets.get(name) ?? { tokens: this.burst, filledAt: now };
    // A clock that went back fills nothing, and takes nothing either.
    return Math.min(this.burst, tokens + (Math.max(0, now - filledAt) / 1000) * this.perSecond);
  }

  private forgetFirst(): void {
    for (const first of this.buckets.keys()) {
      this.buckets.delete(first);
      return;
    }
  }
}
