import type { SluiceEvent } from '#events/contract.js';
import { orRecordUnavailable, Problem } from '#exchange/problem.js';
import { GroupCommit } from '#platform/group-commit.js';
import type { ReleaseRecord } from './release-record.js';
import type { ReleaseRepository } from './release.repository.js';

/** Records releases, many in one commit, and hands their events over for publication once they are stored. */
export class ReleaseLog {
  private readonly commits: GroupCommit<ReleaseRecord, boolean>;

  constructor(
    private readonly repository: Pick<ReleaseRepository, 'record'>,
    private readonly publish: (events: readonly SluiceEvent[]) => void,
    committed: (items: number) => void,
  ) {
    this.commits = new GroupCommit(async (records) => {
      const fresh = await this.store(records);
      committed(records.length);
      return fresh;
    });
  }

  /**
   * Durable when it resolves. Throws DECISION_USED where the decision was acted on before, and RECORD_UNAVAILABLE where the
   * release cannot be stored or cannot be known to be: then nothing may leave.
   */
  async record(record: ReleaseRecord): Promise<void> {
    const isNew = await orRecordUnavailable(this.commits.submit(record));
    if (!isNew) throw new Problem('DECISION_USED');
  }

  /** Two uses of one decision may meet in one commit: the first to come has it. */
  private async store(records: readonly ReleaseRecord[]): Promise<readonly boolean[]> {
    const first = new Map<string, number>();
    for (const [position, { id }] of records.entries()) if (!first.has(id)) first.set(id, position);
    const distinct = records.filter(({ id }, position) => first.get(id) === position);
    const events = (await this.repository.record(distinct)).filter((event) => event !== undefined);
    this.publish(events);
    const ids = new Set(events.map(({ id }) => id));
    return records.map(({ id }, position) => ids.has(id) && first.get(id) === position);
  }
}
