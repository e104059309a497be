import { pairingFinding, type Finding } from '../findings.js';
import { exchangeOf, MOST_RECORDS, pairRecords, RELEASE_DEADLINES } from '../pair-records.js';
import { isOfExchange, type ExchangeRecord, type FreshRecord } from '../sequenced-record.js';
import type { Judged } from './judged.js';
import { isRecent, type Recency } from './recency.js';

/** Exchanges that are looked at again: few honest ones do not agree. */
const MOST_SUSPECTS = 20_000;

/** Exchanges that did not agree by what was at hand of them, and all that the log has of them. */
export class SuspectExchanges {
  /** Whether the records of the whole log have to be shown to it before it can judge. */
  needsRecords = false;
  private readonly records = new Map<string, ExchangeRecord[]>();
  private left = 0;

  constructor(
    private readonly deadlines = RELEASE_DEADLINES,
    private readonly most = MOST_SUSPECTS,
    private readonly mostRecords = MOST_RECORDS,
  ) {}

  get size(): number {
    return this.records.size;
  }

  /** Whether these records do not agree by themselves, if nothing came before or comes after them. */
  isSuspect(records: readonly ExchangeRecord[]): boolean {
    return this.findingsIn(records).length > 0;
  }

  name(id: string, records: readonly ExchangeRecord[] = []): void {
    if (this.records.size >= this.most && !this.records.has(id)) this.left += 1;
    else this.records.set(id, records.slice(0, this.mostRecords + 1));
  }

  /** In the order of the log. */
  take(records: readonly FreshRecord[]): void {
    for (const record of records.filter(isOfExchange)) {
      const known = this.records.get(exchangeOf(record.entry));
      if (known !== undefined && known.length <= this.mostRecords) known.push(record);
    }
  }

  judge(recency: Recency): Judged {
    const findings: Finding[] = [];
    let [pending, left] = [0, this.left];
    for (const [id, records] of this.records) {
      if (records.length > this.mostRecords) left += 1;
      else {
        const found = this.findingsIn(records);
        const isWaiting = records.some(({ seenAt }) => isRecent(seenAt ?? -Infinity, recency));
        if (isWaiting && found.length > 0) pending += 1;
        else findings.push(...found.map((one) => pairingFinding(id, one, leavesOf(records))));
      }
    }
    return { findings, pending, left };
  }

  /** Once nothing more may come. When a record was sequenced the log does not say: nothing is late by that. */
  private findingsIn(records: readonly ExchangeRecord[]) {
    const unseen = records.map((one) => ({ ...one, seenAt: undefined }));
    return pairRecords(unseen, { ...this.deadlines, pairWithin: Infinity }, Infinity).findings;
  }
}

function leavesOf(records: readonly ExchangeRecord[]): Parameters<typeof pairingFinding>[2] {
  return ({ shard, index }) => records.find((one) => one.shard === shard && one.index === index)?.leaf ?? '';
}
