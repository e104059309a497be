import type { QuotaRepository } from './quota.repository.js';

/** One agreement's permits in one period, as far as this process holds them. */
export class QuotaLease {
  private left = 0;
  /** Leased under a limit that was lowered since: the count gets them back before more are asked of it. */
  private surplus = 0;
  private limit = 0;
  private refilling: Promise<boolean> | undefined;

  constructor(
    private readonly agreement: string,
    readonly periodStart: Date,
    private readonly repository: Pick<QuotaRepository, 'lease' | 'giveBack'>,
  ) {}

  /** False where the limit is reached. Rejects where the count cannot be read: nothing is taken then. */
  async take(limit: number): Promise<boolean> {
    if (limit < this.limit) this.surplus += this.drain();
    this.limit = limit;
    while (this.left === 0) {
      // Whoever waits shares one question to the database, and asks again if the others took all of the answer.
      this.refilling ??= this.refill(limit);
      if (!(await this.refilling)) return false;
    }
    this.left -= 1;
    return true;
  }

  /** One that was taken under this limit. Where that was lowered meanwhile, nobody may take it again. */
  putBack(limit: number): void {
    if (limit > this.limit) this.surplus += 1;
    else this.left += 1;
  }

  /** The permits that nobody used, and the lease is empty. */
  drain(): number {
    const left = this.left;
    this.left = 0;
    return left;
  }

  private async refill(limit: number): Promise<boolean> {
    try {
      await this.returnSurplus();
      const permits = await this.repository.lease(this.agreement, this.periodStart, limit);
      this.left += permits;
      return permits > 0;
    } finally {
      this.refilling = undefined;
    }
  }

  private async returnSurplus(): Promise<void> {
    const { surplus } = this;
    if (surplus === 0) return;
    // Before it is known to have worked: given back twice, a limit would be passed; lost, it is reached too early.
    this.surplus = 0;
    await this.repository.giveBack(this.agreement, this.periodStart, surplus);
  }
}
