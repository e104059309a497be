import { pino } from 'pino';
import { Registry } from 'prom-client';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { SourceCheck } from '#events/source-check.js';
import { sourceKeys } from '#events/source-keys.js';
import type { ReceivedPart } from '#events/transport.js';
import { deadlines } from '../../../../libs/reconcile/src/exchange.fixture.js';
import { LedgerMetrics } from '../../src/ledger-metrics.js';
import { Reconciler, type ReconcilerParts } from '../../src/reconciliation/reconciler.js';
import { ReconciliationRepository } from '../../src/reconciliation/reconciliation.repository.js';
import { EvidenceService } from '../../src/sequencing/evidence.service.js';
import { aFamily } from '../a-family.js';
import { aFolder } from '../a-log.js';
import { aPart, received } from '../entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';
import { keyOfParty, partySources } from './parties.js';

export const HOUR = 3_600_000;
const MINUTE = 60_000;
export const never = new AbortController().signal;

/** An alert as the table has it, short. */
export interface StoredAlert {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly state: string;
  readonly subject: string;
  readonly members: readonly string[];
  readonly evidence: readonly { readonly shard: number; readonly index: number; readonly leaf: string }[];
  readonly first: string | null;
  readonly last: string | null;
  readonly came: number;
}

/** A log of two shards that takes events as a ledger does, and reconcilers over it whose clock is set by hand. */
export class ReconciledLog implements AsyncDisposable {
  /** Milliseconds by which the reconcilers' clock is ahead of the database's. */
  ahead = 0;
  /** What may pass between two cycles: by far longer than it is, so that a test need not take many. */
  longestPause = 2 * HOUR;
  readonly published: SluiceEvent[] = [];

  private constructor(
    readonly ledger: LedgerDatabase,
    private readonly evidence: EvidenceService,
    private readonly dispose: () => Promise<void>,
  ) {}

  static async open(): Promise<ReconciledLog> {
    const [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
    const parts = { metrics: new LedgerMetrics(new Registry()), logger: pino({ level: 'silent' }), onFinal: raise };
    const { logs } = await aFamily({ database: ledger.database, folder: folder.path }, { partitions: 2 });
    const keys = sourceKeys(partySources);
    const sources = new SourceCheck(() => keys);
    const evidence = new EvidenceService({ logs, sources, now: () => new Date(), ...parts });
    return new ReconciledLog(ledger, evidence, async () => {
      await ledger[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });
  }

  /** Has the events sequenced in this order, those of a source that follow each other signed by it, as one batch. */
  async sequence(events: readonly SluiceEvent[], partition = 0): Promise<void> {
    const parts: SluiceEvent[][] = [];
    for (const event of events) {
      const last = parts.at(-1);
      if (last?.[0]?.source === event.source) last.push(event);
      else parts.push([event]);
    }
    const signed = parts.map((part) => aPart(part.map(received), keyOfParty(part[0]?.source ?? '')));
    const { rejected } = await this.take(signed, partition);
    expect(rejected).toEqual([]);
  }

  take(parts: readonly ReceivedPart[], partition = 0) {
    return this.evidence.take({ topic: LEDGER_TOPIC, partition, parts });
  }

  reconciler(over: Partial<ReconcilerParts> = {}): Reconciler {
    return new Reconciler({
      repository: new ReconciliationRepository(this.ledger.database),
      deadlines: { ...deadlines, fillWithin: 2 * MINUTE },
      now: () => new Date(Date.now() + this.ahead),
      committed: (events) => this.published.push(...events),
      longestPause: this.longestPause,
      ...over,
    });
  }

  /** By a reconciler that has just been started. */
  async reconcile(): Promise<void> {
    expect(await this.reconciler().cycle(never)).toBe(true);
  }

  /** Has what the reconciler said sequenced too, as its outbox does. */
  async sequenceOwn(): Promise<void> {
    if (this.published.length > 0) await this.sequence(this.published.splice(0));
  }

  alerts(): Promise<readonly StoredAlert[]> {
    return this.ledger.database.query<StoredAlert[]>(
      `SELECT id::text AS id, kind, owner, state, subject::text AS subject, members, evidence, first, last, came
       FROM alert ORDER BY kind, owner, id`,
    );
  }

  async found(): Promise<readonly string[]> {
    return (await this.alerts()).map(({ kind, owner }) => `${kind} ${owner}`);
  }

  /** Has so much time pass while the reconciler is at work, cycle by cycle. */
  async pass(milliseconds: number, every = 10_000): Promise<void> {
    const end = this.ahead + milliseconds;
    while (this.ahead < end) {
      this.ahead = Math.min(end, this.ahead + every);
      await this.reconcile();
    }
  }

  async count(table: 'open_exchange' | 'outbox' | 'alert_change'): Promise<number> {
    const [row] = await this.ledger.database.query<{ count: string }[]>(`SELECT count(*) FROM ${table}`);
    return Number(row?.count);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function raise(error: Error): never {
  throw error;
}
