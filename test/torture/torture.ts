import type { AlertSummary } from '#exchange/alert.js';
import { allAlerts, isReconciled } from '../support/found-alerts.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System, type TransportKind } from '../support/system.js';
import { Callers, type Ending } from './callers.js';
import { Doubts } from './doubts.js';
import { judgeAlerts } from './judge-alerts.js';
import { planRound, randomFrom, type Random, type RoundPlan } from './plan-round.js';
import type { Told } from './reconcile.js';
import { Spent } from './spent.js';
import { compareStoredAndLogged } from './stored-and-logged.js';
import { SupervisedParts } from './supervised-parts.js';
import { Tally } from './tally.js';
import type { TortureReport } from './torture-report.js';
import { UnpairedRecords } from './unpaired-records.js';
import { WatchedFamily } from './watched-family.js';

export interface TortureOptions {
  readonly transport: TransportKind;
  readonly rounds: number;
  readonly seed: number;
  /** Aborted: the round under way is the last. */
  readonly signal?: AbortSignal;
  readonly onRound?: (round: number, plan: RoundPlan, told: number) => void;
}

/** Departments that nobody asks anything here. */
const WITNESSES_ALONE = ['adapter-social-security', 'adapter-real-estate', 'adapter-transport'];
const CALLERS = 6;
/** Every so many requests, one that no agreement permits. */
const DENIED_EVERY = 7;
/** Every so many rounds all is waited for and counted; in the other rounds one outage runs into the next. */
const SETTLE_EVERY = 50;
/** Nothing is wrong because a machine is slow: whatever is bound to come may take this long. Milliseconds. */
const PATIENCE_MS = 900_000;
/**
 * How long the ledger waits for the other side's record, and for one that is missing in a sequence: longer than most outages,
 * and not too long for the last of them to be found.
 */
const RECORDS_WITHIN_MS = 20_000;
/** How often the system is started until it is given up. */
const STARTS = 5;

/**
 * Rounds of SIGKILL over a whole system under load. What must not be is in the report; so is where it could not go on, with
 * what was counted until then. Rejects only where the system does not start at all.
 */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const spent = new Spent();
  const system = await spent.on('starting', startPatiently(options.transport));
  try {
    const run = new Torture(system, options, spent, await WatchedFamily.of(system));
    await run.all();
    return { ...(await spent.on('the last count', run.report())), spent: spent.seconds, seconds: spent.total };
  } finally {
    await system.stop();
  }
}

/** A service that meets a time limit of its own on a slow machine ends, and a supervisor would start it again. */
async function startPatiently(transport: TransportKind): Promise<System> {
  const within = `${RECORDS_WITHIN_MS}`;
  const ledger = { RECONCILE_PAIR_WITHIN_MS: within, RECONCILE_FILL_WITHIN_MS: within };
  for (let tried = 1; ; tried += 1) {
    try {
      return await startSystem({
        ...{ transport, patienceMs: PATIENCE_MS, environment: { ledger } },
        // As `npm start` has it: no checkpoint is shown that three of the four have not cosigned.
        ...{ everyAdapter: true, witnesses: true },
      });
    } catch (error) {
      if (tried === STARTS) throw error;
      console.error(`the system did not start, trying again: ${reasonOf(error)}`);
    }
  }
}

class Torture {
  private readonly parts: SupervisedParts;
  private readonly callers: Callers;
  private readonly tally = new Tally();
  private readonly doubts = new Doubts();
  private readonly unpaired = new UnpairedRecords();
  private readonly faults: string[] = [];
  private alerts: readonly AlertSummary[] = [];
  private asked = 0;
  private done = 0;

  constructor(
    private readonly system: System,
    private readonly options: TortureOptions,
    private readonly spent: Spent,
    private readonly family: WatchedFamily,
  ) {
    this.parts = new SupervisedParts(system);
    this.callers = new Callers(CALLERS, () => this.ask());
  }

  async all(): Promise<void> {
    const over = new AbortController();
    const watching = this.family.watch(over.signal);
    try {
      await this.rounds();
    } catch (error) {
      this.faults.push(`broken off in round ${this.done + 1}: ${reasonOf(error)}`);
    }
    await this.callers.rest();
    this.parts.leave();
    over.abort();
    await watching;
  }

  async report(): Promise<Omit<TortureReport, 'seconds' | 'spent'>> {
    const { transport, seed } = this.options;
    const { system, family, parts, tally } = this;
    const audit = await this.orSay('the audit', () => family.audit(system.trust, seed));
    const differences = await this.orSay('a comparison of databases and log', () =>
      compareStoredAndLogged(system, family.log),
    );
    const alerts = await this.orSay('a look at the alerts', () => this.compareAlerts());
    const { faults, lost, duplicated, leftOpen } = tally.compare(this.complete);
    return {
      ...{ transport, seed, rounds: this.done, lost, duplicated, leftOpen, alerts: countKinds(this.alerts) },
      ...{ killed: parts.killed, killedWhileStarting: parts.killedWhileStarting },
      endedByThemselves: parts.endedByThemselves,
      lastWords: parts.lastWords,
      told: tally.told,
      entries: family.log.size,
      checkpoints: family.seen.length,
      forks: family.forks.length,
      auditClean: audit.length === 0,
      faults: [...this.faults, ...faults, ...family.forks, ...family.faults, ...audit, ...differences, ...alerts],
    };
  }

  private async rounds(): Promise<void> {
    const { rounds, seed, signal, onRound } = this.options;
    const random = randomFrom(seed);
    this.callers.begin();
    for (let round = 1; round <= rounds && signal?.aborted !== true; round += 1) {
      const plan = planRound(random, this.victims(random));
      await this.round(plan);
      this.done = round;
      onRound?.(round, plan, this.asked);
      if (round % SETTLE_EVERY !== 0) continue;
      await this.spent.on('settling', this.settle());
      this.callers.begin();
    }
    await this.spent.on('settling', this.settle());
  }

  /**
   * A broker that somebody else runs is not ours to kill. What callers get their answers without is not waited for in each
   * round, and spared while it is down: otherwise it would hardly ever be up. One of the departments that only witness is
   * among the victims of a round, so that they do not make up most of them.
   */
  private victims(random: Random): readonly string[] {
    const isOurs = this.options.transport === 'kafka' && ownKafkaAvailability().available;
    const witness = WITNESSES_ALONE[Math.floor(random() * WITNESSES_ALONE.length)]!;
    const others = ['ledger', witness, ...(isOurs ? ['kafka'] : [])];
    return ['gateway', ADAPTER, 'postgres', ...others.filter((name) => this.parts.isUp(name))];
  }

  private async round({ answers, kills }: RoundPlan): Promise<void> {
    await this.spent.on('killing', Promise.all(kills.map((kill) => this.parts.kill(kill))));
    await this.spent.on('starting what callers need', this.parts.untilUp(['ledger', 'kafka', ...WITNESSES_ALONE]));
    const enough = this.callers.settled + answers;
    const answered = () => Promise.resolve(this.callers.settled >= enough);
    await this.spent.on('load between', this.system.until(`${answers} more answers`, answered));
  }

  /** Until everybody's records are in the log and callers and log say the same; then it must stay so. Nobody asks after it. */
  private async settle(): Promise<void> {
    await this.callers.rest();
    await this.parts.untilUp();
    await this.system.untilReady();
    await this.system.untilSettled();
    // What the gateway was in doubt about is settled when the database has long been back.
    await this.system.until('callers and log agree', async () => {
      const entries = await this.family.log.follow();
      this.tally.log(entries);
      this.unpaired.log(entries);
      return this.tally.settle(this.complete) || this.tally.compare(this.complete).faults.slice(0, 3).join('; ');
    });
    this.doubts.clear();
  }

  private readonly complete = (reply: Told): Told => {
    const died = (from: number, to: number) => this.parts.diedBetween('gateway', from, to);
    return { ...reply, gatewayDied: this.doubts.mayBeForgotten(reply.id, died) };
  };

  private async ask(): Promise<Ending> {
    this.asked += 1;
    const denied = this.asked % DENIED_EVERY === 0;
    const question = this.system.question(denied ? { select: ['mobile'] } : {});
    const askedAt = performance.now();
    try {
      const reply = await this.system.ask(question);
      this.doubts.told(reply.id, { askedAt, toldAt: performance.now() });
      this.tally.tell(reply.outcome === 'answered' ? { id: reply.id, outcome: reply.outcome } : reply);
      const isSettled = reply.outcome === 'answered' || (reply.outcome === 'refused' && reply.problem.status < 500);
      return isSettled ? 'settled' : 'failed';
    } catch (error) {
      this.faults.push(`a caller was told what is no answer: ${reasonOf(error)}`);
      return 'failed';
    }
  }

  /** What is wrong with the alerts, once nothing waits any more for what may still come. */
  private async compareAlerts(): Promise<readonly string[]> {
    const { ledgerUrl } = this.system;
    const reconciled = this.system.until('all is reconciled', () => isReconciled(ledgerUrl));
    await this.spent.on('waiting for alerts', reconciled);
    this.alerts = await allAlerts(ledgerUrl);
    return judgeAlerts(this.alerts, this.unpaired.all);
  }

  private async orSay(what: string, act: () => Promise<readonly string[]>): Promise<readonly string[]> {
    try {
      return await act();
    } catch (error) {
      return [`${what} was not possible: ${reasonOf(error)}`];
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function countKinds(alerts: readonly AlertSummary[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of alerts) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
