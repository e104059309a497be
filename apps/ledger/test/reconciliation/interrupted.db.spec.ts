import { randomUUID } from 'node:crypto';
import type { SluiceEvent } from '#events/contract.js';
import { ReconciliationStep } from '../../src/reconciliation/reconciliation-step.repository.js';
import { ReconciliationRepository } from '../../src/reconciliation/reconciliation.repository.js';
import type { ReconcilerParts } from '../../src/reconciliation/reconciler.js';
import { InjectedFaults, StorageFault, type Fault } from '../../../../test/support/injected-faults.js';
import { HOUR, ReconciledLog, never } from './a-reconciled-log.js';
import { Party } from './parties.js';

type Steps = ReconcilerParts['repository'];

let log: ReconciledLog;
beforeAll(async () => {
  log = await ReconciledLog.open();
  await seed();
});
afterAll(() => log[Symbol.asyncDispose]());
beforeEach(forget);

/** Faults of several kinds over two shards, a batch an event for those that come apart. */
async function seed(): Promise<void> {
  const [gateway, adapter, civil] = [new Party(), new Party(), new Party()];
  const [clean, apart, missed, exceeded] = [gateway.permit(), gateway.permit(), gateway.permit(), gateway.permit()];
  await log.sequence([clean, adapter.release(clean), apart, missed]);
  await log.sequence([gateway.failure(exceeded), exceeded, adapter.release(exceeded, { rows: 11 })]);
  gateway.denial();
  await log.sequence([gateway.denial(), adapter.release(apart)], 1);
  await log.sequence([adapter.release(clean, { rows: 2 })], 1);
  await log.sequence([civil.release(randomUUID(), { source: 'adapter/civil' })], 1);
}

const expected = [
  ...['decision-without-release population', 'duplicate population', 'hole gateway'],
  ...['more-released population', 'release-without-decision gateway'],
];

/** As if nothing had been reconciled yet. */
async function forget(): Promise<void> {
  log.published.length = 0;
  log.ahead = 0;
  const { database } = log.ledger;
  await database.query('UPDATE reconciliation SET attended_at = NULL, cycle_at = NULL, totals_at = NULL');
  await database.query(
    'TRUNCATE reconciled_shard, open_exchange, party_source, party_sequence, alert, alert_change, outbox',
  );
}

/** A repository whose every call, and every statement inside of a step, can fail. */
function failing(faults: InjectedFaults): Steps {
  const repository = new ReconciliationRepository(log.ledger.database);
  const statements = (step: ReconciliationStep) =>
    new ReconciliationStep(faults.wrap(step.transaction, { query: 'reads' }, (_, [sql]) => String(sql).slice(0, 40)));
  const steps: Steps = {
    progress: () => repository.progress(),
    step: (work) => repository.step((step) => work(statements(step))),
  };
  return faults.wrap(steps, { progress: 'reads', step: 'writes' }, (method) => method);
}

/** Reconcilers follow each other, each as long as it lives, until one comes to an end. */
async function runWith(fault?: Fault): Promise<InjectedFaults> {
  const faults = new InjectedFaults(fault);
  const mortal = { repository: failing(faults), entriesAtOnce: 1 };
  try {
    await log.reconciler(mortal).cycle(never);
    log.ahead = HOUR;
    await log.reconciler(mortal).cycle(never);
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error;
  }
  expect(await log.reconciler({ entriesAtOnce: 1 }).cycle(never)).toBe(true);
  await untilDue();
  return faults;
}

/** All is read by now, and nothing else comes. */
async function untilDue(): Promise<void> {
  log.ahead += HOUR;
  await log.reconcile();
}

/** Each finding is an alert once, and each alert is said once: published, or kept for the next process to publish. */
async function expectAllOnce(): Promise<void> {
  expect(await log.found()).toEqual(expected);
  const said = await log.ledger.database.query<{ id: string }[]>('SELECT id::text AS id FROM outbox ORDER BY id');
  const alerts = await log.ledger.database.query<{ id: string }[]>('SELECT id::text AS id FROM alert ORDER BY id');
  expect(said).toEqual(alerts);
  const stored = new Set(said.map(({ id }) => id));
  expect(log.published.filter(({ id }: SluiceEvent) => !stored.has(id))).toEqual([]);
  expect(new Set(log.published.map(({ id }) => id)).size).toBe(log.published.length);
}

it('loses and doubles no finding, wherever it is killed', async () => {
  const { calls } = await runWith();
  await expectAllOnce();
  for (const [at, { kind }] of calls.entries()) {
    for (const side of kind === 'writes' ? (['before', 'after'] as const) : (['before'] as const)) {
      await forget();
      const { struck } = await runWith({ at, side, kind: 'crash' });
      expect(struck).toBe(calls[at]?.point);
      await expectAllOnce();
    }
  }
  expect(calls.length).toBeGreaterThan(60);
}, 300_000);

/** A repository that waits inside of its first step until it is let go on. */
function held() {
  const repository = new ReconciliationRepository(log.ledger.database);
  const inside = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<undefined>();
  const steps: Steps = {
    progress: () => repository.progress(),
    step: (work) =>
      repository.step(async (step) => {
        inside.resolve(undefined);
        await goOn.promise;
        return work(step);
      }),
  };
  return {
    ...{ steps, inside: inside.promise },
    goOn: () => {
      goOn.resolve(undefined);
    },
  };
}

describe('two reconcilers', () => {
  it('take no step at once: one that comes while the other is at work leaves it to it', async () => {
    const { steps, inside, goOn } = held();
    const first = log.reconciler({ repository: steps }).cycle(never);
    await inside;
    expect(await log.reconciler().cycle(never)).toBe(false);
    expect(await log.alerts()).toEqual([]);
    goOn();
    expect(await first).toBe(true);
    await untilDue();
    await expectAllOnce();
  });

  it('go on where the other is, from whichever old position they come', async () => {
    const { steps, inside, goOn } = held();
    const repository = new ReconciliationRepository(log.ledger.database);
    const old = await repository.progress();
    const late = log.reconciler({ repository: { ...steps, progress: () => Promise.resolve(old) }, entriesAtOnce: 1 });
    goOn();
    expect(await log.reconciler().cycle(never)).toBe(true);
    expect(await late.cycle(never)).toBe(true);
    await inside;
    await untilDue();
    await expectAllOnce();
  });

  it('find all once together, step by step', async () => {
    const race = [log.reconciler({ entriesAtOnce: 1 }), log.reconciler({ entriesAtOnce: 1 })];
    const cycles = async (one: (typeof race)[number]) => {
      while (!(await one.cycle(never)));
    };
    await Promise.all(race.map(cycles));
    await untilDue();
    await expectAllOnce();
  });
});
