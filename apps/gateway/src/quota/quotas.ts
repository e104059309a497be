import type { QuotaCharge } from '#policy/quota.js';
import { QuotaLease } from './quota-lease.js';
import type { QuotaRepository } from './quota.repository.js';

/** Some quotas are used up: nothing was charged. Or all are charged, until `undo`. */
export type Charged =
  { readonly exhausted: readonly QuotaCharge[] } | { readonly exhausted?: never; readonly undo: () => void };

const NOTHING: Charged = { undo: () => undefined };

/**
 * Counts permits, exactly, for all gateways together. Each process leases a part of what is left and counts in memory, so
 * that most permits wait for nobody. A process that dies takes its unused lease along: a limit is then reached too early,
 * never too late.
 */
export class Quotas {
  private readonly leases = new Map<string, QuotaLease>();

  constructor(private readonly repository: QuotaRepository) {}

  async charge(charges: readonly QuotaCharge[]): Promise<Charged> {
    if (charges.length === 0) return NOTHING;
    const taken: QuotaLease[] = [];
    const undo = () => {
      for (const lease of taken.splice(0)) lease.putBack();
    };
    const exhausted: QuotaCharge[] = [];
    try {
      for (const charge of charges) {
        const lease = this.leaseFor(charge);
        if (await lease.take(charge.limit)) taken.push(lease);
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
    for (const [agreement, lease] of this.leases) {
      const unused = lease.drain();
      if (unused > 0) await this.repository.giveBack(agreement, lease.periodStart, unused);
    }
    this.leases.clear();
  }

  private leaseFor({ agreement, period }: QuotaCharge): QuotaLease {
    const held = this.leases.get(agreement.id);
    if (held?.periodStart.getTime() === period.start.getTime()) return held;
    const lease = new QuotaLease(agreement.id, period.start, this.repository);
    // A straggler of the period before does not push out the lease of this one.
    if (held === undefined || held.periodStart < period.start) this.leases.set(agreement.id, lease);
    return lease;
  }
}
