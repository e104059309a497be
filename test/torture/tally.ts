import type { LoggedEntry } from '../support/published-entries.js';
import { isAccess, kindOf, reconcile, type Reconciliation, type Told } from './reconcile.js';

/**
 * Counts as it goes. Where callers and log agree, what they agree on is done with: of it only names are kept, so that what
 * comes to it later is found. Neither a look nor what is remembered of an exchange grows with how many there were.
 */
export class Tally {
  /** What callers were told, and how often. */
  readonly told: Record<string, number> = {};
  private replies: Told[] = [];
  private entries: LoggedEntry[] = [];
  private readonly agreed = { lost: 0, duplicated: 0, leftOpen: 0 };
  private readonly late: string[] = [];
  private readonly names = new Set<string>();
  private readonly exchanges = new Set<string>();

  tell(reply: Told): void {
    this.replies.push(reply);
    const kind = kindOf(reply);
    this.told[kind] = (this.told[kind] ?? 0) + 1;
  }

  /** Of the log, once each. */
  log(entries: readonly LoggedEntry[]): void {
    for (const entry of entries) {
      if (!isAccess(entry.type)) continue;
      if (!this.exchanges.has(entry.id)) this.entries.push(entry);
      else this.comesLate(entry);
    }
  }

  /** Of everything so far. `complete` adds to a reply what is known of it by now. */
  compare(complete: (reply: Told) => Told = (reply) => reply): Reconciliation {
    const { lost, duplicated, leftOpen, faults } = reconcile(this.replies.map(complete), this.entries);
    return {
      lost: this.agreed.lost + lost,
      duplicated: this.agreed.duplicated + duplicated,
      leftOpen: this.agreed.leftOpen + leftOpen,
      faults: [...this.late, ...faults],
    };
  }

  /** Call it when nobody asks and every outbox is empty. True where callers and log agree: then all of it is done with. */
  settle(complete: (reply: Told) => Told): boolean {
    const open = reconcile(this.replies.map(complete), this.entries);
    if (open.faults.length > 0) return false;
    this.agreed.leftOpen += open.leftOpen;
    for (const { id } of this.replies) this.exchanges.add(id);
    for (const entry of this.entries) this.names.add(nameOf(entry));
    [this.replies, this.entries] = [[], []];
    return true;
  }

  private comesLate(entry: LoggedEntry): void {
    if (this.names.has(nameOf(entry))) {
      this.agreed.duplicated += 1;
      this.late.push(`${nameOf(entry)} twice`);
    } else this.late.push(`${nameOf(entry)} after callers and log had agreed on the exchange`);
  }
}

function nameOf({ type, id }: LoggedEntry): string {
  return `${type} of ${id}`;
}
