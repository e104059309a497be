import { auditLog } from '#client/audit/audit-log.js';
import { HttpLog } from '#client/audit/http-log.js';
import type { NoteKey } from '#merkle/note-key.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System, type TransportKind } from '../support/system.js';
import { loadThroughOutage } from './load-through-outage.js';
import { planRound, randomFrom, type RoundPlan } from './plan-round.js';
import { kindOf, reconcile, type Told } from './reconcile.js';
import { SupervisedParts } from './supervised-parts.js';
import type { TortureReport } from './torture-report.js';
import { WatchedLog } from './watched-log.js';

export interface TortureOptions {
  readonly transport: TransportKind;
  readonly rounds: number;
  readonly seed: number;
  /** Aborted: the round under way is the last. */
  readonly signal?: AbortSignal;
  readonly onRound?: (round: number, plan: RoundPlan, told: number) => void;
}

const LOAD = { callers: 6, during: 30, after: 12 };
/** Every so many requests, one that no agreement permits. */
const DENIED_EVERY = 7;
/** Every so many rounds all is waited for and counted; in the other rounds one outage runs into the next. */
const SETTLE_EVERY = 25;
/**
 * A gateway remembers what it is in doubt about until its database is back and a little longer: what it was told in this
 * time before a kill may be forgotten. Milliseconds.
 */
const DOUBT_MS = 60_000;

/** Rounds of SIGKILL over a whole system under load. What must not be is in the report; rejects where it cannot go on. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const began = performance.now();
  const system = await startSystem({ transport: options.transport });
  try {
    const run = new Torture(system, options);
    await run.all();
    return { ...(await run.report()), seconds: (performance.now() - began) / 1000 };
  } finally {
    await system.stop();
  }
}

class Torture {
  private readonly key: NoteKey;
  private readonly prefix: string;
  private readonly log: WatchedLog;
  private readonly parts: SupervisedParts;
  private readonly replies: (Told & { readonly at: number })[] = [];
  private readonly faults: string[] = [];
  private asked = 0;
  private done = 0;

  constructor(
    private readonly system: System,
    private readonly options: TortureOptions,
  ) {
    this.key = [...system.trust.logs.values()][0]!;
    this.prefix = `${system.ledgerUrl}${this.key.name.slice(this.key.name.indexOf('/'))}/`;
    this.log = new WatchedLog(new HttpLog(this.prefix, { tries: 1 }), this.key);
    this.parts = new SupervisedParts(system);
  }

  async all(): Promise<void> {
    const { rounds, seed, signal, onRound } = this.options;
    const random = randomFrom(seed);
    const over = new AbortController();
    const watching = this.log.watch(over.signal);
    try {
      for (let round = 1; round <= rounds && signal?.aborted !== true; round += 1) {
        const plan = planRound(random, this.victims());
        await Promise.race([this.round(plan), watching]);
        this.done = round;
        onRound?.(round, plan, this.replies.length);
        if (round % SETTLE_EVERY === 0) await this.settle();
      }
      await this.settle();
    } finally {
      over.abort();
    }
    await watching;
  }

  async report(): Promise<Omit<TortureReport, 'seconds'>> {
    const { transport, seed } = this.options;
    const { log, parts, replies } = this;
    const { faults, lost, duplicated, leftOpen } = reconcile(this.told(), log.entries);
    const audit = await this.audit();
    return {
      ...{ transport, seed, rounds: this.done, lost, duplicated, leftOpen },
      ...{ killed: parts.killed, killedWhileStarting: parts.killedWhileStarting },
      told: count(replies.map(kindOf)),
      entries: log.entries.length,
      checkpoints: log.seen.length,
      forks: log.forks.length,
      auditClean: audit.length === 0,
      faults: [...this.faults, ...faults, ...log.forks, ...audit, ...(await this.differences())],
    };
  }

  /** A broker that somebody else runs is not ours to kill. */
  private victims(): readonly string[] {
    const victims = ['gateway', ADAPTER, 'ledger', 'postgres'];
    return this.options.transport === 'kafka' && ownKafkaAvailability().available ? [...victims, 'kafka'] : victims;
  }

  /** Callers get their answers without ledger and broker: who is killed next need not wait until these are back. */
  private async round({ before, kills }: RoundPlan): Promise<void> {
    const outage = async () => {
      await Promise.all(kills.map((kill) => this.parts.kill(kill)));
      await this.parts.untilRevived(['ledger', 'kafka']);
    };
    await loadThroughOutage(this.system, { ...LOAD, before }, () => this.ask(), outage);
  }

  private told(): readonly Told[] {
    return this.replies.map(({ at, ...reply }) => ({
      ...reply,
      gatewayDied: this.parts.diedBetween('gateway', at, at + DOUBT_MS),
    }));
  }

  /** Until everybody's records are in the log and callers and log say the same; then it must stay so. */
  private async settle(): Promise<void> {
    await this.parts.untilRevived();
    await this.system.untilReady();
    await this.system.untilSettled();
    // What the gateway was in doubt about is settled when the database has long been back.
    const agrees = async () => {
      await this.log.follow();
      return reconcile(this.told(), this.log.entries).faults.length === 0;
    };
    try {
      await this.system.until('callers and log agree', agrees);
    } catch (error) {
      this.faults.push(error instanceof Error ? error.message : String(error));
    }
  }

  private async ask() {
    this.asked += 1;
    const denied = this.asked % DENIED_EVERY === 0;
    const question = this.system.question(denied ? { select: ['mobile'] } : {});
    const reply = await this.system.ask(question);
    const told = reply.outcome === 'answered' ? { id: reply.id, outcome: reply.outcome } : reply;
    this.replies.push({ ...told, at: performance.now() });
    return reply;
  }

  private async audit(): Promise<readonly string[]> {
    const { ok, findings, confirmed } = await auditLog(new HttpLog(this.prefix), {
      trustIn: (origin) => (origin === this.key.name ? { log: this.key } : undefined),
      seen: this.log.seen,
      remembered: 1_000_000,
      seed: this.options.seed,
    });
    if (ok && confirmed === this.log.seen.length) return [];
    return findings.map((finding) => `the audit found ${JSON.stringify(finding)}`);
  }

  /** What the databases of both sides have and the log has not, or the other way round. */
  private async differences(): Promise<readonly string[]> {
    const tables = [
      ['gateway', 'access_decision', 'access.decided.v1'],
      ['gateway', 'access_failure', 'access.failed.v1'],
      [ADAPTER, 'release', 'access.released.v1'],
    ] as const;
    const compared = tables.map(async ([database, table, type]) => {
      const rows = await this.system.query<{ entry: Buffer }>(database, `SELECT entry FROM ${table}`);
      const stored = new Set(rows.map(({ entry }) => entry.toString('utf8')));
      const logged = new Set(this.log.entries.filter((entry) => entry.type === type).map(({ text }) => text));
      return [
        ...[...stored].filter((text) => !logged.has(text)).map((text) => `${table} has what the log has not: ${text}`),
        ...[...logged].filter((text) => !stored.has(text)).map((text) => `the log has what ${table} has not: ${text}`),
      ];
    });
    return (await Promise.all(compared)).flat();
  }
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
