import type { ReleaseDeadlines } from '../pair-records.js';
import { isOfExchange, type FreshRecord } from '../sequenced-record.js';
import { AlertAudit, type Compared } from './alert-audit.js';
import { ExchangeAudit } from './exchange-audit.js';
import type { Judged } from './judged.js';
import { SequenceAudit } from './sequence-audit.js';
import { SuspectExchanges } from './suspect-exchanges.js';

export interface RecordsAudited extends Omit<Judged, 'findings'>, Compared {
  /** How many were read. */
  readonly records: number;
}

/** Runs the rules by which a ledger reconciles over the records of all its logs, with nothing but these. */
export class RecordAudit {
  records = 0;
  private newest = 0;
  private readonly exchanges: ExchangeAudit;
  private readonly sequences = new SequenceAudit();
  private readonly alerts = new AlertAudit();

  /** `held`: see ExchangeAudit. */
  constructor(deadlines?: ReleaseDeadlines, held?: number) {
    this.exchanges = new ExchangeAudit(new SuspectExchanges(deadlines), held);
  }

  /** In the order of the log. */
  take(records: readonly FreshRecord[]): void {
    for (const record of records) {
      this.newest = Math.max(this.newest, record.seenAt);
      if (isOfExchange(record)) this.exchanges.take(record);
    }
    this.sequences.take(records);
    this.alerts.take(records);
    this.records += records.length;
  }

  /** After the last record. Where it needs records, it must be shown all of them again before it is judged. */
  suspects(): SuspectExchanges {
    return this.exchanges.finish();
  }

  /** `now` by the clock of whoever audits, and how far before the end of the log what is missing may still come. Milliseconds. */
  judge(
    suspects: SuspectExchanges,
    { now, within }: { readonly now: number; readonly within: number },
  ): RecordsAudited {
    const recency = { newest: Math.min(now, this.newest), within };
    const judged = [suspects.judge(recency), this.sequences.judge(recency)];
    return {
      records: this.records,
      ...this.alerts.compare(judged.flatMap(({ findings }) => findings)),
      pending: judged.reduce((sum, { pending }) => sum + pending, 0),
      left: judged.reduce((sum, { left }) => sum + left, 0),
    };
  }
}
