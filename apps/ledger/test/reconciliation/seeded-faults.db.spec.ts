import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { accessErasedV1 } from '#events/access-erased.v1.js';
import { registryChangedV1 } from '#events/registry-changed.v1.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { decode, encode } from '#events/encode.js';
import { leafHash } from '#events/link.js';
import { releaseErasedV1 } from '#events/release-erased.v1.js';
import { NOON, aPermit } from '../../../../libs/reconcile/src/exchange.fixture.js';
import { MOST_RECORDS } from '#reconcile/pair-records.js';
import { LONGEST_PAUSE } from '../../src/reconciliation/reconciler.js';
import { aPart, poison } from '../entries.js';
import { HOUR, ReconciledLog } from './a-reconciled-log.js';
import { Party } from './parties.js';

jest.setTimeout(60_000);
let log: ReconciledLog;
let gateway: Party;
let adapter: Party;

beforeEach(async () => {
  log = await ReconciledLog.open();
  gateway = new Party();
  adapter = new Party();
});
afterEach(() => log[Symbol.asyncDispose]());

/** Whatever is due is found, and looking again and again finds nothing more. */
async function found(): Promise<readonly string[]> {
  await log.reconcile();
  log.ahead += HOUR;
  for (let time = 0; time < 3; time += 1) {
    await log.reconcile();
    await log.sequenceOwn();
  }
  expect(await log.count('open_exchange')).toBe(0);
  return log.found();
}

const later = (milliseconds: number) => new Date(NOON + milliseconds).toISOString();
const other = 'x'.repeat(43);

describe('a fault is found once, with the party that has to explain it:', () => {
  it('a decision without a release', async () => {
    const permit = gateway.permit();
    await log.sequence([permit, gateway.denial()]);
    await log.reconcile();
    expect(await log.alerts()).toEqual([]);
    expect(await found()).toEqual(['decision-without-release population']);
    expect((await log.alerts())[0]).toMatchObject({
      state: 'open',
      subject: permit.id,
      evidence: [{ shard: 0, index: 0, leaf: leafHash(permit.data) }],
    });
  });

  it('a decision without a release, though PostgreSQL takes no such text', async () => {
    await log.sequence([gateway.permit({ basis: { law: 'a\0b', article: 'c' } })]);
    expect(await found()).toEqual(['decision-without-release population']);
  });

  it('a release without a decision', async () => {
    await log.sequence([adapter.release(randomUUID())]);
    expect(await found()).toEqual(['release-without-decision gateway']);
  });

  it('a release of what was denied', async () => {
    const denial = gateway.denial();
    await log.sequence([denial]);
    await log.reconcile();
    await log.sequence([adapter.release(denial)]);
    expect(await found()).toEqual(['release-without-decision gateway']);
    expect((await log.alerts())[0]?.evidence).toHaveLength(2);
  });

  it('a failure without a decision', async () => {
    await log.sequence([gateway.failure(randomUUID())]);
    expect(await found()).toEqual(['failure-without-decision gateway']);
  });

  it.each([
    ['digests that differ', { decision: other }, 'digests-differ', ['decision']],
    ['another policy', { policy: other }, 'digests-differ', ['policy']],
    ['more rows than were decided', { rows: 11 }, 'more-released', ['rows']],
    ['a field that was not decided', { fields: ['phone'] }, 'more-released', ['fields']],
    ['a release after the decision died', { time: later(65_001) }, 'late', ['time']],
  ])('%s', async (_, over, kind, members) => {
    const permit = gateway.permit();
    await log.sequence([permit, adapter.release(permit, over)]);
    expect(await found()).toEqual([`${kind} population`]);
    expect((await log.alerts())[0]).toMatchObject({ members, evidence: [{ index: 0 }, { index: 1 }] });
  });

  it('a release by another decision, once no replay may name it any more', async () => {
    const permit = gateway.permit();
    await log.sequence([permit, adapter.release(permit, { decision: other })]);
    await log.reconcile();
    expect(await log.alerts()).toEqual([]);
    expect(await log.count('open_exchange')).toBe(1);
  });

  it('a release of another department, which is not the one that is missing', async () => {
    const permit = gateway.permit();
    await log.sequence([permit, new Party().release(permit, { source: 'adapter/civil' })]);
    expect(await found()).toEqual(['decision-without-release population', 'digests-differ civil']);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('a release of another department %s the right one, which is no second record of this', async (_, isBefore) => {
    const permit = gateway.permit();
    const [own, foreign] = [adapter.release(permit), new Party().release(permit, { source: 'adapter/civil' })];
    await log.sequence(isBefore ? [permit, foreign, own] : [permit, own, foreign]);
    expect(await found()).toEqual(['digests-differ civil']);
  });

  it('a record that came long after its counterpart, though both were there when they were looked at', async () => {
    const permit = gateway.permit();
    await log.sequence([permit]);
    await log.reconcile();
    log.ahead = HOUR;
    await log.sequence([adapter.release(permit)]);
    expect(await found()).toEqual(['late population']);
    expect((await log.alerts())[0]?.members).toEqual(['sequenced']);
  });

  it('a second record, at once', async () => {
    const permit = gateway.permit();
    const [one, two] = [adapter.release(permit), adapter.release(permit, { rows: 2 })];
    await log.sequence([permit, one, two]);
    expect(await found()).toEqual(['duplicate population']);
  });

  it('a second and a third record of an exchange that was closed long ago', async () => {
    const permit = gateway.permit();
    await log.sequence([permit, adapter.release(permit)]);
    await log.reconcile();
    expect(await log.count('open_exchange')).toBe(0);
    await log.sequence([adapter.release(permit, { rows: 2 })], 1);
    await log.reconcile();
    expect(await log.found()).toEqual(['duplicate population']);
    await log.sequence([adapter.release(permit, { rows: 3 })]);
    expect(await found()).toEqual(['duplicate population', 'duplicate population']);
    expect((await log.alerts()).map(({ evidence }) => evidence.length).toSorted()).toEqual([2, 3]);
  });

  describe('more records of one exchange than are compared,', () => {
    const copies = (of: SluiceEvent, from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => adapter.release(of, { rows: from + at }));

    it('at once: as one alert, and the reconciler goes on', async () => {
      const permit = gateway.permit();
      await log.sequence([permit, ...copies(permit, 1, 4000)]);
      await log.sequence([gateway.permit()]);
      expect(await found()).toEqual(['decision-without-release population', 'unfollowed population']);
      expect((await log.alerts())[1]).toMatchObject({ subject: permit.id, members: [] });
    });

    it('one by one: as one alert more, which is raised once', async () => {
      const permit = gateway.permit();
      await log.sequence([permit, adapter.release(permit)]);
      for (let rows = 2; rows < 2 * MOST_RECORDS; rows += 7) {
        await log.sequence(copies(permit, rows, rows + 7));
        await log.reconcile();
      }
      const kinds = await found();
      expect(kinds.filter((kind) => kind === 'unfollowed population')).toHaveLength(1);
      expect(kinds.length).toBeLessThan(MOST_RECORDS);
    });

    it('by another department, whom it names; of a record that is missing then nothing is said', async () => {
      const permit = gateway.permit();
      const foreign = new Party();
      await log.sequence([permit]);
      await log.reconcile();
      const flood = Array.from({ length: MOST_RECORDS }, (_, rows) =>
        foreign.release(permit, { source: 'adapter/civil', rows }),
      );
      await log.sequence(flood);
      expect(await found()).toEqual(['unfollowed civil']);
    });
  });

  it('a record that was deleted before it was published', async () => {
    const [first, deleted, last] = [gateway.denial(), gateway.denial(), gateway.denial()];
    await log.sequence([first]);
    await log.sequence([last], 1);
    expect(deleted.id).not.toBe(last.id);
    await log.reconcile();
    expect(await log.alerts()).toEqual([]);
    expect(await found()).toEqual(['hole gateway']);
    expect((await log.alerts())[0]).toMatchObject({
      ...{ subject: gateway.chain, first: '2', last: '2' },
      evidence: [{ shard: 1, index: 0, leaf: leafHash(last.data) }],
    });
  });

  it('one more number that is missing in what was missing before: a leap is no place to hide in', async () => {
    const goBack = gateway.restorable();
    for (let leapt = 0; leapt < 9; leapt += 1) gateway.denial();
    await log.sequence([gateway.denial()]);
    expect(await found()).toEqual(['hole gateway']);
    goBack();
    const written = Array.from({ length: 4 }, () => gateway.denial());
    await log.sequence(written.toSpliced(2, 1));
    expect(await found()).toEqual(['hole gateway', 'hole gateway']);
    expect(await log.alerts()).toMatchObject([
      { first: '1', last: '9', came: 3 },
      { first: '3', last: '3', came: 0 },
    ]);
  });

  it('two records in one place: a database that went back', async () => {
    const permits = [gateway.permit(), gateway.permit()];
    const restore = adapter.restorable();
    const releases = [adapter.release(permits[0]!)];
    restore();
    releases.push(adapter.release(permits[1]!));
    await log.sequence([...permits, ...releases]);
    expect(await found()).toEqual(['fork population']);
  });

  it('a record that stands in no sequence, once its party has begun one', async () => {
    const unplaced = () => {
      const permit = aPermit({ id: randomUUID() });
      return encode(accessDecidedV1, permit, { key: permit.id });
    };
    const [before, after] = [unplaced(), unplaced()];
    await log.sequence([before, adapter.release(before), gateway.denial(), after, adapter.release(after)]);
    expect(await found()).toEqual(['unplaced gateway']);
    expect((await log.alerts())[0]).toMatchObject({
      ...{ subject: after.id, first: null },
      evidence: [{ shard: 0, index: 3, leaf: leafHash(after.data) }],
    });
  });

  it('a sequence that is begun anew and names nothing of those that were there', async () => {
    await log.sequence([gateway.denial()]);
    await log.reconcile();
    const anew = new Party();
    const first = anew.denial();
    await log.sequence([first, anew.denial()], 1);
    expect(await found()).toEqual(['unanchored gateway']);
    expect((await log.alerts())[0]).toMatchObject({
      ...{ subject: anew.chain, first: '1', last: '1' },
      evidence: [{ shard: 1, index: 0, leaf: leafHash(first.data) }],
    });
  });

  it('a sequence of another database, as a new one is that stands in for the old', async () => {
    const old = new Party({ database: randomUUID(), heads: [] });
    const database = randomUUID();
    const lanes = [new Party({ database, heads: [] }), new Party({ database, heads: [] })];
    await log.sequence([old.denial(), ...lanes.map((lane) => lane.denial())]);
    expect(await found()).toEqual(['unanchored gateway']);
    expect((await log.alerts())[0]).toMatchObject({ subject: lanes[0]?.chain });
  });

  it.each([
    ['of which nothing else came', 0],
    ['of which all before it came', 2],
  ])('the last record of a sequence, which another one names: one %s', async (_, came) => {
    const database = randomUUID();
    const [lane, other] = [new Party({ database, heads: [] }), new Party({ database, heads: [] })];
    const records = [lane.denial(), lane.denial(), lane.denial()];
    await log.sequence([...records.slice(0, came), other.denial()]);
    other.names({ database, heads: [lane.head] });
    await log.sequence([other.denial()]);
    await log.reconcile();
    expect(await log.alerts()).toEqual([]);
    expect(await found()).toEqual(['hole gateway']);
    expect((await log.alerts())[0]).toMatchObject({
      ...{ subject: lane.chain, first: String(came + 1), last: '3' },
      evidence: [{ shard: 0, index: came + 1 }],
    });
    await log.sequence(records.slice(came));
    expect(await found()).toEqual(['hole gateway']);
    expect((await log.alerts())[0]).toMatchObject({ came: 3 - came });
  });

  it('a record of which another one says that there is a different one', async () => {
    const database = randomUUID();
    const [lane, other] = [new Party({ database, heads: [] }), new Party({ database, heads: [] })];
    await log.sequence([lane.denial(), other.denial()]);
    other.names({ database, heads: [{ ...lane.head, leaf: other.head.leaf }] });
    await log.sequence([other.denial()]);
    expect(await found()).toEqual(['fork gateway']);
    expect((await log.alerts())[0]).toMatchObject({ subject: lane.chain, first: '1' });
  });
});

describe('what is honest is no fault:', () => {
  it('denials, failures, replays, erasures, changes of the registry, and messages that are no events', async () => {
    const [permit, failed, gone] = [gateway.permit(), gateway.permit(), gateway.permit()];
    const release = adapter.release(permit);
    const at = { time: later(0), by: 'key:operator', ground: 'consent-withdrawn' } as const;
    const change = { subject: 'system', name: 'housing/eligibility', action: 'created', content: other } as const;
    await log.sequence([
      permit,
      ...[gateway.denial({ repeats: permit.id, reason: 'REPLAYED' }), gateway.failure(failed), failed, release, gone],
      ...[adapter.release(gone), gateway.failure(gone, { reason: 'CALLER_GONE' })],
      gateway.write(registryChangedV1, {
        ...{ type: 'registry.changed.v1', id: randomUUID(), source: 'gateway', time: later(0), by: 'key:operator' },
        ...change,
      }),
      gateway.write(accessErasedV1, { type: 'access.erased.v1', id: permit.id, source: 'gateway', ...at }),
      adapter.write(releaseErasedV1, {
        ...{ type: 'release.erased.v1', id: permit.id, source: 'adapter/population', ...at },
      }),
    ]);
    await log.sequence([permit, release], 1);
    await log.take([aPart([poison('no event')]), { bytes: Buffer.from('x'), unpack: () => [] }], 1);
    expect(await found()).toEqual([]);
  });

  it('records that wait a while in an outbox, in whichever shard and order they come', async () => {
    const permits = Array.from({ length: 20 }, () => gateway.permit());
    const releases = permits.map((permit) => adapter.release(permit));
    await log.sequence(releases.filter((_, at) => at % 2 === 0).toReversed(), 1);
    await log.reconcile();
    log.ahead = 100_000;
    await log.sequence(permits.toReversed());
    await log.sequence(releases.filter((_, at) => at % 2 === 1));
    expect(await found()).toEqual([]);
  });

  it('sequences of one database, begun at once and later, in whichever order their first records come', async () => {
    const database = randomUUID();
    const lanes = [0, 1, 2].map(() => new Party({ database, heads: [] }));
    const records = lanes.map((lane) => [lane.denial(), lane.denial()]);
    const later = new Party({ database, heads: lanes.map(({ head }) => head) });
    const last = [later.denial(), later.denial()];
    lanes[0]!.names({ database, heads: [...lanes.slice(1), later].map(({ head }) => head) });
    await log.sequence([last[1]!, records[1]![1]!, lanes[0]!.denial()], 1);
    await log.reconcile();
    await log.sequence([last[0]!, ...records.flat().toReversed()]);
    expect(await found()).toEqual([]);
  });

  it('records from before there were sequences, as many as they are', async () => {
    const permits = Array.from({ length: 300 }, () => aPermit({ id: randomUUID() }));
    const events = permits.map((permit) => encode(accessDecidedV1, permit, { key: permit.id }));
    await log.sequence(events);
    await log.sequence([gateway.denial(), ...events.map((event) => adapter.release(event))]);
    expect(await found()).toEqual([]);
  });

  it('what was sequenced while no reconciler ran: it is all read before anything is missed', async () => {
    const permit = gateway.permit();
    await log.sequence([permit]);
    await log.reconcile();
    await log.sequence([adapter.release(permit)], 1);
    log.ahead = HOUR;
    log.longestPause = LONGEST_PAUSE;
    expect(await found()).toEqual([]);
  });
});

describe('a record that comes after it was missed', () => {
  it('is noted at the alert, which stays as it was, and is no second one', async () => {
    const permit = gateway.permit();
    await log.sequence([permit]);
    expect(await found()).toEqual(['decision-without-release population']);
    const release = adapter.release(permit);
    await log.sequence([release], 1);
    expect(await found()).toEqual(['decision-without-release population']);
    expect((await log.alerts())[0]).toMatchObject({ state: 'open', came: 1 });
    await log.sequence([adapter.release(permit, { rows: 2 })]);
    expect(await found()).toEqual(['decision-without-release population', 'duplicate population']);
    expect((await log.alerts())[0]).toMatchObject({ came: 1 });
  });

  it('fills a hole, number by number', async () => {
    const withheld = [gateway.denial(), gateway.denial(), gateway.denial()];
    await log.sequence([gateway.denial()]);
    expect(await found()).toEqual(['hole gateway']);
    await log.sequence(withheld.slice(1));
    expect(await found()).toEqual(['hole gateway']);
    expect((await log.alerts())[0]).toMatchObject({ first: '1', last: '3', came: 2 });
  });
});

it('says each finding and each change in the log, as an event of the ledger in a sequence of its own', async () => {
  const permit = gateway.permit();
  await log.sequence([permit, adapter.release(randomUUID())]);
  await log.reconcile();
  log.ahead = HOUR;
  await log.reconcile();
  await log.sequence([adapter.release(permit)]);
  await log.reconcile();
  const alerts = await log.alerts();
  const entries = log.published.map((event) => decode(event).entry);
  expect(entries.map(({ type, source }) => `${source} ${type}`)).toEqual([
    'ledger reconciliation.found.v1',
    'ledger reconciliation.found.v1',
    'ledger alert.changed.v1',
  ]);
  expect(entries.map(({ writer }) => writer?.number)).toEqual([1, 2, 3]);
  expect(
    entries
      .slice(0, 2)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(alerts.map(({ id }) => id).toSorted());
  expect(await log.count('outbox')).toBe(3);
  expect(await log.count('alert_change')).toBe(3);
  await log.sequenceOwn();
  await log.reconcile();
  expect(await log.found()).toHaveLength(2);
});
