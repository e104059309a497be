import type { SluiceEvent } from '#events/contract.js';
import { Problem } from '#exchange/problem.js';
import { GroupCommit } from '#platform/group-commit.js';
import type { AccessRecord, FailureRecord } from './access-record.js';
import type { AccessRepository } from './access.repository.js';

export interface AccessLogObserver {
  committed(kind: 'decision' | 'failure', items: number): void;
}

/** Records accesses, many in one commit, and hands their events over for publication once they are stored. */
export class AccessLog {
  private readonly decisions: GroupCommit<AccessRecord, boolean>;
  private readonly failures: GroupCommit<FailureRecord, true>;

  constructor(
    repository: AccessRepository,
    private readonly publish: (events: readonly SluiceEvent[]) => void,
    observer: AccessLogObserver,
  ) {
    this.decisions = new GroupCommit(async (records) => {
      const fresh = await this.store(records, repository);
      observer.committed('decision', records.length);
      return fresh;
    });
    this.failures = new GroupCommit(async (failures) => {
      await repository.recordFailures(failures);
      observer.committed('failure', failures.length);
      this.publish(failures.map(({ event }) => event));
      return failures.map(() => true);
    });
  }

  /**
   * Durable when it resolves. False where the request was decided before: nothing is stored then. Throws
   * RECORD_UNAVAILABLE where it cannot be stored, or cannot be known to be.
   */
  record(record: AccessRecord): Promise<boolean> {
    return unavailable(this.decisions.submit(record));
  }

  /** Durable when it resolves. Throws RECORD_UNAVAILABLE. */
  async recordFailure(failure: FailureRecord): Promise<void> {
    await unavailable(this.failures.submit(failure));
  }

  /** Two requests with one id may meet in one commit: the first to come is the one that is decided. */
  private async store(records: readonly AccessRecord[], repository: AccessRepository): Promise<readonly boolean[]> {
    const first = new Map<string, AccessRecord>();
    for (const record of records) if (!first.has(record.decided.id)) first.set(record.decided.id, record);
    const distinct = [...first.values()];
    const isFresh = await repository.record(distinct);
    const fresh = new Set(distinct.filter((_, position) => isFresh[position]));
    this.publish([...fresh].map(({ event }) => event));
    return records.map((record) => fresh.has(record));
  }
}

async function unavailable<Result>(stored: Promise<Result>): Promise<Result> {
  try {
    return await stored;
  } catch (cause) {
    throw new Problem('RECORD_UNAVAILABLE', undefined, {}, { cause });
  }
}
