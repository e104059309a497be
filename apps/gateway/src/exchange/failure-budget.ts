interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * How many refused requests of a key are recorded: a token bucket a key. Without it anybody who knows a key's name, which
 * is no secret, could fill the log. Give it only keys that are registered: it remembers each.
 */
export class FailureBudget {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {}

  /** False where nothing is left. `now` in milliseconds. */
  spend(keyid: string, now: number): boolean {
    const bucket = this.buckets.get(keyid) ?? { tokens: this.burst, filledAt: now };
    const filled = Math.min(this.burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * this.perSecond);
    const isLeft = filled >= 1;
    this.buckets.set(keyid, { tokens: isLeft ? filled - 1 : filled, filledAt: now });
    return isLeft;
  }
}
