import type { SluiceEvent } from '#events/contract.js';
import { exchangeOf, type Deadlines } from '#reconcile/pair-records.js';
import type { Finding } from '#reconcile/findings.js';
import { isTold } from '#reconcile/follow-sequence.js';
import { followAll, sequencesNamedBy } from '#reconcile/follow-records.js';
import {
  isOfExchange,
  type ExchangeRecord,
  type FreshRecord,
  type SequencedRecord,
} from '#reconcile/sequenced-record.js';
import { dueOf, findHoles, keyOf, type Sequence, type SequenceName } from '#reconcile/sequences.js';
import { LedgerError } from '../ledger-error.js';
import { missedOf, noteArrivals, raiseAlerts } from '../alerts/raise-alerts.repository.js';
import { lookAgain, pairAll, type KnownExchanges } from './exchanges.js';
import type { ReconciliationStep } from './reconciliation-step.repository.js';
import type { ReconciliationRepository } from './reconciliation.repository.js';

/** Milliseconds. */
export interface ReconcilerDeadlines extends Deadlines {
  /** How long after a later record of its sequence a record may be sequenced. */
  readonly fillWithin: number;
}

export interface ReconcilerParts {
  readonly repository: Pick<ReconciliationRepository, 'progress' | 'step'>;
  readonly deadlines: ReconcilerDeadlines;
  /** Told of events once they are stored: see Outbox. */
  readonly committed: (events: readonly SluiceEvent[]) => void;
  readonly now: () => Date;
  /** Whether the log could take in what is sent to it. Left out: always. */
  readonly isTaking?: () => boolean;
  /** Milliseconds from one cycle to the next past which nobody was there meanwhile. */
  readonly longestPause?: number;
  /** Told after each step. */
  readonly moved?: () => void;
  /** Of one step, at the most and one batch. */
  readonly entriesAtOnce?: number;
}

/** Some milliseconds of work, so that sequencing does not wait for it. */
const ENTRIES_AT_ONCE = 2048;
/** Ten cycles: a machine under load is slow, and what passes on its clock at once is a jump, or the ledger was down. */
export const LONGEST_PAUSE = 10_000;
/** What is looked at again in one step. */
const MOST_DUE = 500;

/**
 * Follows the logs: reads what was sequenced, each shard in its order, pairs it, and makes an alert of what does not
 * agree. Position, what waits, findings and their events move in one transaction, so each entry counts once, whatever is
 * killed and however many reconcilers there are.
 *
 * Deadlines run by a clock of its own, which is kept in the database and stands still while the ledger is down or can take
 * nothing in, and whenever the clock on the wall jumps. What waits in an outbox for the ledger is nobody's fault.
 */
export class Reconciler {
  constructor(private readonly parts: ReconcilerParts) {}

  /**
   * Takes all that is sequenced when it is called, and then looks at what is due by then: nothing is missed that was merely
   * not read yet. False where it ended before: another reconciler is at work, or it was told to stop.
   */
  async cycle(stopping: AbortSignal): Promise<boolean> {
    const now = await this.attend();
    if (now === undefined) return false;
    const sizes = new Map((await this.parts.repository.progress()).map(({ shard, size }) => [shard, size]));
    if (!(await this.follow(sizes, now, stopping))) return false;
    let isDone: boolean | undefined = false;
    while (isDone === false && !stopping.aborted) isDone = await this.lookAtDue(now);
    return isDone === true;
  }

  /** The time by which deadlines run. Undefined where another reconciler is at work. */
  private attend(): Promise<Date | undefined> {
    const { longestPause = LONGEST_PAUSE, isTaking = () => true } = this.parts;
    const most = isTaking() ? longestPause : 0;
    return this.step(async (step) => ({ result: await step.attend(this.parts.now(), most), events: [] }));
  }

  private async follow(sizes: ReadonlyMap<number, number>, seenAt: Date, stopping: AbortSignal): Promise<boolean> {
    let isDone: boolean | undefined = false;
    while (isDone === false && !stopping.aborted) isDone = await this.takeNext(sizes, seenAt);
    return isDone === true;
  }

  /** Takes the next entries. True where all up to these sizes were taken; undefined where another does so. */
  private async takeNext(sizes: ReadonlyMap<number, number>, seenAt: Date): Promise<boolean | undefined> {
    return this.step(async (step) => {
      const positions = new Map(await step.positions());
      const isTaken = () => [...sizes].every(([shard, size]) => (positions.get(shard) ?? 0) >= size);
      if (isTaken()) return { result: true, events: [] };
      const records = await step.readNext(positions, this.parts.entriesAtOnce ?? ENTRIES_AT_ONCE, seenAt);
      if (records.length === 0) throw new LedgerError('BATCH_DAMAGED', 'a shard has fewer batches than its size says');
      const events = await this.take(step, records);
      for (const { shard, index } of records) positions.set(shard, index + 1);
      await step.moveTo(positions, records.length);
      return { result: isTaken(), events };
    });
  }

  private async take(step: ReconciliationStep, records: readonly FreshRecord[]): Promise<readonly SluiceEvent[]> {
    const { deadlines } = this.parts;
    const ofExchanges = records.filter(isOfExchange);
    const paired = pairAll(ofExchanges, await knownExchanges(step, ofExchanges), deadlines);
    const followed = followAll(records, {
      sources: await step.sources([...new Set(records.map(({ entry }) => entry.source))]),
      sequences: await step.sequences(namesIn(records)),
    });
    await step.keepOpen(paired.waiting);
    await step.close(paired.settled);
    await step.keepSources(followed.sources);
    await step.keepSequences(followed.sequences.map((one) => this.withDue(one)));
    return [
      ...(await this.raise(step, [...paired.findings, ...followed.findings])),
      ...(await noteArrivals(step.transaction, [...paired.arrivals, ...followed.arrivals], this.parts.now())),
    ];
  }

  /** True where nothing is due any more. Undefined where another looks. */
  private async lookAtDue(now: Date): Promise<boolean | undefined> {
    return this.step(async (step) => {
      const open = await step.dueExchanges(now, MOST_DUE);
      const sequences = await step.dueSequences(now, MOST_DUE);
      const { waiting, settled, findings } = lookAgain(open, this.parts.deadlines, now.getTime());
      await step.keepOpen(waiting);
      await step.close(settled);
      const holes = await this.lookForHoles(step, sequences, now);
      const events = await this.raise(step, [...findings, ...holes]);
      return { result: open.length < MOST_DUE && sequences.length < MOST_DUE, events };
    });
  }

  private async raise(step: ReconciliationStep, findings: readonly Finding[]): Promise<readonly SluiceEvent[]> {
    const events = await raiseAlerts(step.transaction, findings, this.parts.now());
    await step.keepAlerts(events.length);
    return events;
  }

  private async lookForHoles(step: ReconciliationStep, sequences: readonly Sequence[], now: Date) {
    const behind = sequences.flatMap(({ gaps }) => gaps.flatMap((gap) => (isTold(gap) ? [] : (gap.behind ?? []))));
    const records = await step.readAt(behind);
    const leaves = new Map(records.map(({ shard, index, leaf }) => [`${shard}/${index}`, leaf]));
    const within = this.parts.deadlines.fillWithin;
    const looked = sequences.map((sequence) =>
      findHoles(sequence, {
        ...{ within, now: now.getTime() },
        leafAt: ({ shard, index }) => leaves.get(`${shard}/${index}`) ?? '',
      }),
    );
    await step.keepSequences(looked.map(({ sequence }) => this.withDue(sequence)));
    return looked.flatMap(({ findings }) => findings);
  }

  private withDue(sequence: Sequence) {
    return { ...sequence, due: dueOf(sequence, this.parts.deadlines.fillWithin) };
  }

  /** Events go out once what they say is committed. */
  private async step<Result>(
    work: (step: ReconciliationStep) => Promise<{ result: Result; events: readonly SluiceEvent[] }>,
  ): Promise<Result | undefined> {
    const done = await this.parts.repository.step(work);
    if (done === undefined) return undefined;
    this.parts.committed(done.events);
    this.parts.moved?.();
    return done.result;
  }
}

async function knownExchanges(step: ReconciliationStep, records: readonly ExchangeRecord[]): Promise<KnownExchanges> {
  const ids = [...new Set(records.map(({ entry }) => exchangeOf(entry)))];
  const open = await step.open(ids);
  const closed = await step.readBefore(ids.filter((id) => !open.has(id)));
  const missed = await missedOf(step.transaction, [...open.keys(), ...closed.keys()]);
  return { open, closed, missed };
}

function namesIn(records: readonly SequencedRecord[]): readonly SequenceName[] {
  const names = records.flatMap((record) => sequencesNamedBy(record));
  return [...new Map(names.map((name) => [keyOf(name), name])).values()];
}
