import type { SluiceEvent } from '#events/contract.js';
import { orRecordUnavailable } from '#exchange/problem.js';
import { GroupCommit } from '#platform/group-commit.js';
import { Repeating } from '#platform/repeating.js';
import type { AccessRecord, FailureRecord } from './access-record.js';
import type { AccessRepository } from './access.repository.js';

export interface AccessLogObserver {
  readonly committed: (kind: 'decision' | 'failure', items: number) => void;
  readonly failed: (error: unknown) => void;
  /** Too many failures are in doubt already: this one will never be on record. */
  readonly forgot: (failure: FailureRecord) => void;
}

interface Doubt {
  readonly failure: FailureRecord;
  readonly since: number;
}

/** A permit does not notice this wait, since the adapter takes longer. A refusal is answered this much later. Milliseconds. */
const LINGER_MS = 1;
/** A server that lost us has ended our statement by then, one way or the other. Milliseconds. */
const SETTLE_AFTER_MS = 2000;
/** Remembered at the most. */
const DOUBTS = 10_000;

/** Records accesses, many in one commit, and hands their events over for publication once they are stored. */
export class AccessLog {
  private readonly decisions: GroupCommit<AccessRecord, AccessRecord | undefined>;
  private readonly failures: GroupCommit<FailureRecord, true>;

  private readonly settling: Repeating;
  private readonly doubtful = new Set<Doubt>();

  constructor(
    private readonly repository: Pick<AccessRepository, 'record' | 'recordFailures'>,
    private readonly publish: (events: readonly SluiceEvent[]) => void,
    private readonly observer: AccessLogObserver,
  ) {
    const store = async (records: readonly AccessRecord[]) => {
      const stored = await this.store(records);
      observer.committed('decision', records.length);
      return stored;
    };
    this.decisions = new GroupCommit(store, { lingerMs: LINGER_MS });
    this.failures = new GroupCommit(async (failures) => {
      await this.storeFailures(failures);
      observer.committed('failure', failures.length);
      return failures.map(() => true);
    });
    this.settling = new Repeating(() => this.settle(), SETTLE_AFTER_MS, observer.failed);
  }

  /**
   * Durable when it resolves, with the record as it is stored. Undefined where the request was decided before: nothing is
   * stored then. Throws RECORD_UNAVAILABLE where it cannot be stored, or cannot be known to be.
   */
  record(record: AccessRecord): Promise<AccessRecord | undefined> {
    return orRecordUnavailable(this.decisions.submit(record));
  }

  start(): void {
    this.settling.start();
  }

  async stop(): Promise<void> {
    await this.settling.stop();
    await this.settle(0);
  }

  /** Durable when it resolves. Throws RECORD_UNAVAILABLE. */
  async recordFailure(failure: FailureRecord): Promise<void> {
    await orRecordUnavailable(this.failures.submit(failure));
  }

  /**
   * Call it where `record` threw: the commit may have happened all the same, and only its confirmation was lost. The
   * caller was given nothing, so should the permit turn out to be on record, its failure will be too. Forgotten if this
   * process dies first, or, which the observer is told, if more are in doubt already than it remembers.
   */
  doubt(failure: FailureRecord): void {
    if (this.doubtful.size < DOUBTS) this.doubtful.add({ failure, since: performance.now() });
    else this.observer.forgot(failure);
  }

  private async settle(after = SETTLE_AFTER_MS): Promise<void> {
    for (let ripe = this.ripe(after); ripe.length > 0; ripe = this.ripe(after)) {
      await this.storeFailures(ripe.map(({ failure }) => failure));
      for (const one of ripe) this.doubtful.delete(one);
    }
  }

  /** One of each id: where a request and its replay are both in doubt, one failure at the most is stored, and published. */
  private ripe(after: number): readonly Doubt[] {
    const ripe = [...this.doubtful].filter(({ since }) => performance.now() - since >= after);
    return [...new Map(ripe.map((one) => [one.failure.id, one])).values()];
  }

  private async storeFailures(failures: readonly FailureRecord[]): Promise<void> {
    this.publish(await this.repository.recordFailures(failures));
  }

  /** Two requests with one id may meet in one commit: the first to come is the one that is decided. */
  private async store(records: readonly AccessRecord[]): Promise<readonly (AccessRecord | undefined)[]> {
    const first = new Map<string, AccessRecord>();
    for (const record of records) if (!first.has(record.decided.id)) first.set(record.decided.id, record);
    const distinct = [...first.values()];
    const events = await this.repository.record(distinct);
    const stored = new Map<AccessRecord, AccessRecord>();
    for (const [position, record] of distinct.entries()) {
      const event = events[position];
      if (event !== undefined) stored.set(record, { ...record, event });
    }
    this.publish(Array.from(stored.values(), ({ event }) => event));
    return records.map((record) => stored.get(record));
  }
}
