import type { QuotaCharge } from '#policy/quota.js';
import { QuotaLease } from './quota-lease.js';
import type { QuotaRepository } from './quota.repository.js';

/** Some quotas are used up: nothing was charged. Or all are charged, until `undo`. */
export type Charged =
  { readonly exhausted: readonly QuotaCharge[] } | { readonly exhausted?: never; readonly undo: () => void };

/** Leases of an agreement, at the most. What is left of one that falls out is lost: a limit is reached too early. */
const PERIODS_HELD = 3;

const NOTHING: Charged = { undo: () => undefined };

/**
 * Counts permits, exactly, for all gateways together. Each process leases a part of what is left and counts in memory, so
 * that most permits wait for nobody. A process that dies takes its unused lease along: a limit is then reached too early,
 * never too late.
 */
export class Quotas {
  /** By agreement, the one of the period that was asked for last in front. */
  private readonly leases = new Map<string, readonly QuotaLease[]>();

  constructor(private readonly repository: QuotaRepository) {}

  async charge(charges: readonly QuotaCharge[]): Promise<Charged> {
    if (charges.length === 0) return NOTHING;
    const taken: { readonly lease: QuotaLease; readonly limit: number }[] = [];
    const undo = () => {
      for (const { lease, limit } of taken.splice(0)) lease.putBack(limit);
    };
    const exhausted: QuotaCharge[] = [];
    try {
      for (const charge of charges) {
        const { limit } = charge;
        const lease = this.leaseFor(charge);
        if (await lease.take(limit)) taken.push({ lease, limit });
        else exhausted.push(charge);
      }
    } catch (error) {
      undo();
      throw error;
    }
    if (exhausted.length === 0) return { undo };
    undo();
    return { exhausted };
  }

  /** Call it when no exchange is under way: what was leased and not used is there for the other gateways. */
  async giveBack(): Promise<void> {
    for (const [agreement, leases] of this.leases) {
      for (const lease of leases) {
        const unused = lease.drain();
        if (unused > 0) await this.repository.giveBack(agreement, lease.periodStart, unused);
      }
    }
    this.leases.clear();
  }

  /** A straggler of the period before, or a clock that goes back to it, finds the lease of that period still there. */
  private leaseFor({ agreement, period }: QuotaCharge): QuotaLease {
    const held = this.leases.get(agreement.id) ?? [];
    const [newest] = held;
    const isOf = (lease: QuotaLease) => lease.periodStart.getTime() === period.start.getTime();
    if (newest !== undefined && isOf(newest)) return newest;
    const lease = held.find(isOf) ?? new QuotaLease(agreement.id, period.start, this.repository);
    this.leases.set(agreement.id, [lease, ...held.filter((other) => other !== lease)].slice(0, PERIODS_HELD));
    return lease;
  }
}
