import { RecordAudit, type RecordsAudited } from '#reconcile/audit/record-audit.js';
import type { ReleaseDeadlines } from '#reconcile/pair-records.js';
import { readRecords } from './read-records.js';
import type { RootedLogs } from './rooted-logs.js';
import { NotAsSigned } from './shard-reading.js';

export interface ReconcileOptions {
  readonly now: Date;
  /** Milliseconds before the newest entry within which what is missing may still come. */
  readonly pendingWithin: number;
  /** Of the ledger that is audited. Left out: those that it has unless it is told otherwise. */
  readonly deadlines?: ReleaseDeadlines;
  /** How many records are held at once: see ExchangeAudit. */
  readonly held?: number;
  /** Called now and then with the number of records that were read, and how many there are. */
  readonly onProgress?: ((records: number, of: number) => void) | undefined;
}

export interface Reconciliation extends RecordsAudited {
  /** A log whose entries are not those that it signed. Then nothing can be said of the records. */
  readonly notAsSigned?: string;
}

const NOTHING: RecordsAudited = { records: 0, findings: [], pending: 0, left: 0, otherAlerts: 0, alertsLeft: 0 };

/**
 * Runs the rules by which a ledger reconciles over all shards of a family: reads all that the root log has of them, and
 * again where something does not agree that is far apart. Rejects with ClientError only where a log cannot be read.
 */
export async function reconcileLogs(logs: RootedLogs, options: ReconcileOptions): Promise<Reconciliation> {
  const audit = new RecordAudit(options.deadlines, options.held);
  const latest = options.now.getTime() + options.pendingWithin;
  const total = logs.logs.reduce((sum, { head }) => sum + head.size, 0);
  try {
    for await (const records of readRecords(logs, latest)) {
      audit.take(records);
      options.onProgress?.(audit.records, total);
    }
    const suspects = audit.suspects();
    if (suspects.needsRecords) {
      for await (const records of readRecords(logs, latest)) suspects.take(records);
    }
    return audit.judge(suspects, { now: options.now.getTime(), within: options.pendingWithin });
  } catch (error) {
    if (!(error instanceof NotAsSigned)) throw error;
    return { ...NOTHING, notAsSigned: error.origin };
  }
}
