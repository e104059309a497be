import { Problem } from '#exchange/problem.js';
import { Repeating } from '#platform/repeating.js';
import type { KeyRegistry, RegisteredKey } from '../signature/key-registry.js';
import type { RegistryReader } from './registry-reader.repository.js';
import { buildSnapshot, type KeyCache, type RegistrySnapshot } from './registry-snapshot.js';

/** What a transaction committed is decided by within this time, or nothing is decided. Milliseconds. */
const MAX_AGE_MS = 1000;
const POLL_MS = 250;

export interface RegistryObserver {
  failed(error: unknown): void;
  /** Once for each new version, with whatever of it permits nothing because it does not fit. */
  loaded(snapshot: RegistrySnapshot, faults: readonly string[]): void;
}

/**
 * What the gateway decides by, in memory. It is asked of the database four times a second whether it is still what is
 * stored; where the last answer is more than a second old, every question is refused: a revoked key or an ended agreement
 * must not live on because a database cannot be reached.
 */
export class RegistryService implements KeyRegistry {
  private snapshot: RegistrySnapshot | undefined;
  /** When the question was asked, not when the answer came: what is committed in between is not in it. */
  private confirmedAt = -Infinity;
  private readonly keys: KeyCache = new Map();
  private readonly polling: Repeating;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly reader: RegistryReader,
    private readonly observer: RegistryObserver,
  ) {
    this.polling = new Repeating(
      () => this.refresh(),
      POLL_MS,
      (error) => {
        observer.failed(error);
      },
    );
  }

  /** Rejects where the registry cannot be read: a gateway that knows nothing does not start. */
  async start(): Promise<void> {
    await this.refresh();
    this.polling.start();
  }

  async stop(): Promise<void> {
    await this.polling.stop();
    await this.reader.close();
  }

  /** Throws REGISTRY_STALE where it could not be confirmed within the last second. */
  current(): RegistrySnapshot {
    if (this.snapshot === undefined || performance.now() - this.confirmedAt > MAX_AGE_MS) {
      throw new Problem('REGISTRY_STALE');
    }
    return this.snapshot;
  }

  find(keyid: string): RegisteredKey | undefined {
    return this.current().keys.get(keyid);
  }

  /** After it resolves, what was committed before it was called is decided by. */
  refresh(): Promise<void> {
    this.refreshing = this.refreshing.then(
      () => this.confirm(),
      () => this.confirm(),
    );
    return this.refreshing;
  }

  private async confirm(): Promise<void> {
    let askedAt = performance.now();
    if ((await this.reader.version()) !== this.snapshot?.version) {
      askedAt = performance.now();
      const stored = await this.reader.load();
      const snapshot = buildSnapshot(stored, this.keys);
      this.snapshot = snapshot;
      this.observer.loaded(snapshot, [
        ...stored.unreadable.map(({ list, reason }) => `${list}: ${reason}`),
        ...snapshot.agreements.invalid.map(
          ({ agreement, findings }) => `${agreement.id}: ${findings.map(({ code }) => code).join(', ')}`,
        ),
      ]);
    }
    this.confirmedAt = askedAt;
  }
}
