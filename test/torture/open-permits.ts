import type { LoggedEntry } from '../support/published-entries.js';

/** Permits that nothing followed, by what the log alone says: what its reconciler has to find, counted in another way. */
export class OpenPermits {
  private readonly permits = new Set<string>();
  private readonly followed = new Set<string>();

  /** Of the log, once each, in any order. */
  log(entries: readonly LoggedEntry[]): void {
    for (const { type, id, content } of entries) {
      if (type === 'access.decided.v1' && content.outcome === 'permit') this.permits.add(id);
      if (type === 'access.released.v1' || type === 'access.failed.v1') this.followed.add(id);
    }
  }

  get ids(): ReadonlySet<string> {
    return new Set([...this.permits].filter((id) => !this.followed.has(id)));
  }
}
