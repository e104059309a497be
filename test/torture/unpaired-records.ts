import type { LoggedEntry } from '../support/published-entries.js';

/** Records of exchanges whose other side never came. */
export interface Unpaired {
  /** Permits that nothing followed: their gateway was killed, and what it was in doubt about forgotten. */
  readonly permits: ReadonlySet<string>;
  /** Releases without a permit: it was killed, or its database, while the department answered. No caller got the data. */
  readonly releases: ReadonlySet<string>;
}

/** What has no counterpart by what the log alone says: what its reconciler has to find, counted in another way. */
export class UnpairedRecords {
  private readonly permitted = new Set<string>();
  private readonly released = new Set<string>();
  private readonly failed = new Set<string>();

  /** Of the log, once each, in any order. */
  log(entries: readonly LoggedEntry[]): void {
    for (const { type, id, content } of entries) {
      if (type === 'access.decided.v1' && content.outcome === 'permit') this.permitted.add(id);
      if (type === 'access.released.v1') this.released.add(id);
      if (type === 'access.failed.v1') this.failed.add(id);
    }
  }

  get all(): Unpaired {
    const { permitted, released, failed } = this;
    return {
      permits: new Set([...permitted].filter((id) => !released.has(id) && !failed.has(id))),
      releases: new Set([...released].filter((id) => !permitted.has(id))),
    };
  }
}
