import { exchangeOf } from '../pair-records.js';
import type { ExchangeRecord } from '../sequenced-record.js';
import { SuspectExchanges } from './suspect-exchanges.js';

/** Records that are held before as many older ones are let go of. */
const HELD = 50_000;

/**
 * Goes through the records of a whole log and tells of which exchanges more has to be known. Of the others nothing stays:
 * the records that came last are held, up to twice as many as `held`, and an exchange whose records agree among these is
 * forgotten. What comes of it later has nothing to agree with, so the exchange is suspect then; but for a second denial,
 * which asks for no other record. That the event is there twice is for whoever compares ids to find.
 */
export class ExchangeAudit {
  private newer = new Map<string, ExchangeRecord[]>();
  private older = new Map<string, ExchangeRecord[]>();
  private count = 0;
  private hasForgotten = false;

  constructor(
    private readonly suspects = new SuspectExchanges(),
    private readonly held = HELD,
  ) {}

  take(record: ExchangeRecord): void {
    const id = exchangeOf(record.entry);
    const records = this.newer.get(id) ?? this.takeBack(id);
    records.push(record);
    this.count += 1;
    if (this.count >= this.held) this.forget();
  }

  /** What has to be looked at again. Where records were forgotten, it needs to be shown those of the whole log once more. */
  finish(): SuspectExchanges {
    const { suspects, hasForgotten } = this;
    for (const [id, records] of [...this.older, ...this.newer]) {
      if (suspects.isSuspect(records)) suspects.name(id, hasForgotten ? [] : records);
    }
    suspects.needsRecords = hasForgotten && suspects.size > 0;
    return suspects;
  }

  private takeBack(id: string): ExchangeRecord[] {
    const records = this.older.get(id) ?? [];
    this.older.delete(id);
    this.newer.set(id, records);
    this.count += records.length;
    return records;
  }

  private forget(): void {
    const { suspects } = this;
    for (const [id, records] of this.older) if (suspects.isSuspect(records)) suspects.name(id);
    this.hasForgotten ||= this.older.size > 0;
    this.older = this.newer;
    this.newer = new Map();
    this.count = 0;
  }
}
