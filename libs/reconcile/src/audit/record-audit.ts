import type { Finding } from '../findings.js';
import { isOfExchange, type FreshRecord } from '../sequenced-record.js';
import { ExchangeAudit } from './exchange-audit.js';
import type { SuspectExchanges } from './suspect-exchanges.js';

export interface RecordsAudited {
  /** How many were read. */
  readonly records: number;
  readonly findings: readonly Finding[];
  /** Of how many exchanges something is missing that may still come. */
  readonly pending: number;
  /** Exchanges that were not judged, since there were too many that do not agree. */
  readonly left: number;
}

/** Runs the rules by which a ledger reconciles over the records of all its logs, with nothing but these. */
export class RecordAudit {
  records = 0;
  private newest = 0;

  constructor(private readonly exchanges = new ExchangeAudit()) {}

  /** In the order of the log. */
  take(records: readonly FreshRecord[]): void {
    for (const record of records) {
      this.newest = Math.max(this.newest, record.seenAt);
      if (isOfExchange(record)) this.exchanges.take(record);
    }
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
    return { records: this.records, ...suspects.judge(recency) };
  }
}
