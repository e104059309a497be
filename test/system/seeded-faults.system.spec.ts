import { randomUUID } from 'node:crypto';
import type { AlertSummary } from '#exchange/alert.js';
import type { ReconciliationStatus } from '../../apps/ledger/src/reconciliation/reconciliation.controller.js';
import { auditRecords } from '../support/audit-records.js';
import { allAlerts } from '../support/found-alerts.js';
import { ADAPTER } from '../support/system-ground.js';
import { startSystem, type System } from '../support/system.js';
import { beginSequences, rewriteRecords, type WaitingRecord } from './faulty-party.js';
import { outcomeOf } from './outcomes.js';
import { provenAlerts } from './proven-alerts.js';
import { holdTransport, lockTable } from './table-lock.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const OTHER = 'x'.repeat(43);
/** More than a ledger follows of one source. */
const MANY_SEQUENCES = 1001;

let system: System;

beforeAll(async () => {
  const waits = { RECONCILE_PAIR_WITHIN_MS: '1000', RECONCILE_FILL_WITHIN_MS: '1000', RECONCILE_EVERY_MS: '100' };
  system = await startSystem({ transport: 'embedded', environment: { ledger: waits } });
}, START_MS);
afterAll(() => system.stop(), START_MS);

const permit = 'access.decided.v1';
const release = 'access.released.v1';
/** What is made of a record: none, one or several. */
type Rewrite = (record: WaitingRecord) => readonly WaitingRecord[];
const withheld: Rewrite = () => [];
const as =
  (change: object): Rewrite =>
  (record) => [{ ...record, ...change }];
const anHourLater: Rewrite = (one) => as({ time: new Date(Date.parse(one.time) + 3_600_000).toISOString() })(one);

/** What becomes of one record of an exchange, and of what kind that is, whose it is, and which members show it. */
const seeds: readonly (readonly [of: string, Rewrite, found: string])[] = [
  [release, withheld, 'decision-without-release population'],
  [permit, withheld, 'release-without-decision gateway'],
  [release, as({ policy: OTHER }), 'digests-differ population policy'],
  [release, as({ decision: OTHER }), 'digests-differ population decision'],
  [release, as({ rows: 21 }), 'more-released population rows'],
  [release, as({ fields: ['marital_status'] }), 'more-released population fields'],
  [release, anHourLater, 'late population time'],
  [release, as({ writer: undefined }), 'unplaced population'],
];

interface Found {
  readonly found: string;
  /** Absent where it is about a sequence. */
  readonly exchange?: string;
}
/** All that was seeded so far. */
const expected: Found[] = [];

/** All that the ledger has found so far. */
const found = async () => (await allAlerts(system.ledgerUrl)).map(toFound);
const sorted = (some: readonly Found[]) => some.map((one) => JSON.stringify(one)).toSorted();

function toFound(one: Pick<AlertSummary, 'kind' | 'owner' | 'members' | 'exchange'>): Found {
  const { kind, owner, members, exchange } = one;
  return { found: [kind, owner, ...members].join(' '), ...(exchange === undefined ? {} : { exchange }) };
}

async function ask(outcome = 'answered', change: Parameters<System['question']>[0] = {}): Promise<string> {
  const reply = await system.ask(system.question(change));
  expect(outcomeOf(reply)).toBe(outcome);
  return reply.id;
}

async function recordsOf(exchange: string): Promise<readonly WaitingRecord[]> {
  const log = system.log();
  const entries = await log.entries(await log.checkpoint());
  return entries.filter(({ id }) => id === exchange).map(({ content }) => content as WaitingRecord);
}

/**
 * All that is published meanwhile is there before the reconciler looks, which then reads it at once: however slow the machine
 * is, nothing but what was seeded is missing or late.
 */
async function unseen(act: () => Promise<void>): Promise<void> {
  const reconciler = await lockTable(system.databaseUrl('ledger'), 'reconciliation');
  try {
    await act();
    await system.untilSettled();
  } finally {
    await reconciler.release();
  }
}

/** What is recorded meanwhile is in outboxes alone: it cannot be published, and what has it in memory ends. */
async function unpublished(act: () => Promise<void>): Promise<void> {
  const transport = await holdTransport(system);
  await act();
  await system.kill('gateway');
  await transport.release();
}

/** Until all is read and nothing is waited for; of the sequences, so many numbers are missing. */
async function untilReconciled(missing: number): Promise<void> {
  await system.until('all is reconciled', async () => {
    const answer = await fetch(`${system.ledgerUrl}/v1/reconciliation?limit=200`);
    const { shards, openExchanges, sequences } = (await answer.json()) as ReconciliationStatus;
    const left = sequences.reduce((sum, one) => sum + one.missing, 0);
    const isDone = shards.every(({ lag }) => lag === 0) && openExchanges === 0 && left === missing;
    return isDone || JSON.stringify({ shards, openExchanges, left });
  });
}

/** An exchange as it should be, and one that was denied, both in the log. */
const clean = { permitted: '', denied: '' };

it(
  'finds nothing in exchanges that went as they should',
  async () => {
    await unseen(async () => {
      clean.permitted = await ask();
      clean.denied = await ask('FIELD_UNKNOWN', { select: ['shoe_size'] });
    });
    await untilReconciled(0);
    expect(await found()).toEqual([]);
  },
  TEST_MS,
);

interface ChainRow {
  readonly id: string;
  readonly number: string;
  readonly previous: string;
}

/** Exchanges whose records are changed, deleted or withheld before anybody else sees them. */
async function seedRecords(): Promise<void> {
  const rewrites = new Map<string, readonly [of: string, Rewrite]>();
  let deleted = '';
  await unpublished(async () => {
    deleted = await ask();
    for (const [of, rewrite, said] of seeds) {
      const exchange = await ask();
      rewrites.set(exchange, [of, rewrite]);
      expected.push({ found: said, exchange });
    }
    await ask();
    await system.kill(ADAPTER);
    const exchange = await ask('ADAPTER_UNAVAILABLE');
    rewrites.set(exchange, [permit, withheld]);
    expected.push({ found: 'failure-without-decision gateway', exchange });
  });
  const rewrite: Rewrite = (record) => {
    const [of, changed] = rewrites.get(record.id) ?? [];
    return of === record.type && changed !== undefined ? changed(record) : [record];
  };
  await rewriteRecords(system, 'gateway', rewrite);
  // The department has a second record of what it released long ago.
  const [copy] = (await recordsOf(clean.permitted)).filter(({ type }) => type === release);
  await rewriteRecords(system, ADAPTER, (one) => [
    ...rewrite(one),
    ...(one.id === deleted ? [{ ...copy!, rows: 0 }] : []),
  ]);
  expected.push({ found: 'duplicate population', exchange: clean.permitted });
  // Of one its superuser has not hidden that it is gone.
  await system.query(ADAPTER, `CREATE TABLE kept AS SELECT * FROM outbox WHERE id = '${deleted}'`);
  await system.query(ADAPTER, 'DELETE FROM outbox USING kept WHERE outbox.id = kept.id');
  expected.push({ found: 'decision-without-release population', exchange: deleted }, { found: 'hole population' });
}

/** Sequences that are begun beside others, or go on where they were before. */
async function seedSequences(chainsBefore: readonly ChainRow[]): Promise<void> {
  const [denial] = await recordsOf(clean.denied);
  const denials = Array.from({ length: MANY_SEQUENCES }, () => ({ ...denial!, id: randomUUID() }));
  await beginSequences(system, 'gateway', denials);
  expected.push({ found: 'unfollowed gateway' });
  // The gateway's database goes back to a backup, and the department's is made anew.
  for (const { id, number, previous } of chainsBefore) {
    const back = 'UPDATE writer_chain SET number = $2, previous = $3 WHERE id = $1';
    await system.query('gateway', back, [id, number, previous]);
  }
  await system.query(ADAPTER, 'DELETE FROM writer_chain');
  await system.query(ADAPTER, "INSERT INTO writer_chain (kind) VALUES ('shared')");
  await Promise.all(['gateway', ADAPTER].map((name) => system.start(name)));
  await ask();
  expected.push({ found: 'fork gateway' }, { found: 'unanchored population' });
}

it(
  'finds every fault that parties seed on a running system, each with its party, and nothing else',
  async () => {
    await unseen(async () => {
      const chains = await system.query<ChainRow>('gateway', 'SELECT id, number, previous FROM writer_chain');
      await seedRecords();
      await seedSequences(chains);
    });
    await untilReconciled(1);
    expect(sorted(await found())).toEqual(sorted(expected));
  },
  TEST_MS,
);

it(
  'lets somebody outside find the same who has nothing but the log, and that the ledger was silent about none',
  async () => {
    await system.until('the audit has every alert', async () => {
      const { findings } = await auditRecords(system.ledgerUrl, system.layout.home.trust);
      const silent = findings.filter(({ alert }) => alert === undefined);
      return silent.length === 0 || JSON.stringify(silent);
    });
    const { exitCode, findings, otherAlerts } = await auditRecords(system.ledgerUrl, system.layout.home.trust);
    expect(sorted(findings.map(toFound))).toEqual(sorted(expected));
    expect({ exitCode, otherAlerts }).toEqual({ exitCode: 1, otherAlerts: 0 });
  },
  TEST_MS,
);

it(
  'shows each with entries that verify by themselves, and has said it in the log in the same words',
  async () => {
    const log = system.log();
    const entries = await log.entries(await log.checkpoint());
    const said = new Map(entries.map(({ id, content }) => [id, content]));
    for (const { alert, shown } of await provenAlerts(system)) {
      const { kind, owner, exchange, sequence, evidence } = alert;
      expect(shown).not.toEqual([]);
      for (const entry of shown) {
        if (exchange !== undefined) expect(entry.id).toBe(exchange);
        else expect(entry.source).toBe(sequence!.source);
      }
      const places = evidence.map(({ shard, index, leaf }) => ({ shard, index, leaf }));
      expect(said.get(alert.id)).toMatchObject({ type: 'reconciliation.found.v1', kind, owner, evidence: places });
    }
  },
  TEST_MS,
);

it(
  'notes what was deleted and is put back at the alerts that missed it, and finds nothing more',
  async () => {
    await system.query(ADAPTER, 'INSERT INTO outbox SELECT * FROM kept');
    await untilReconciled(0);
    expect(sorted(await found())).toEqual(sorted(expected));
    const came = (await allAlerts(system.ledgerUrl)).filter(({ cameAfterAll }) => cameAfterAll > 0);
    expect(came.map(({ kind, state }) => [kind, state]).toSorted()).toEqual([
      ['decision-without-release', 'open'],
      ['hole', 'open'],
    ]);
  },
  TEST_MS,
);
