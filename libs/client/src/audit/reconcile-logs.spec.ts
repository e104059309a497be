import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventEntry, SluiceEvent } from '#events/contract.js';
import { NOTHING_BEFORE, link } from '#events/link.js';
import type { ExchangeEntry, ReleaseDeadlines } from '#reconcile/pair-records.js';
import { chanceFrom, cleanTraffic } from '../../../reconcile/src/clean-traffic.fixture.js';
import { NOON, aDenial, aFailure, aPermit, aRelease, aReplay } from '../../../reconcile/src/exchange.fixture.js';
import { familySigner } from '../../test/audited-family.js';
import { idOf } from '../../test/audited-log.js';
import { aChange, anAlert, bytesOf, writeRecords } from '../../test/recorded-family.js';
import { auditFamily } from './audit-family.js';
import { FolderFamily } from './folder-log.js';
import { reconcileLogs, type Reconciliation } from './reconcile-logs.js';

const MINUTE = 60_000;
const TOMORROW = new Date(NOON + 24 * 60 * MINUTE);

interface Asked {
  readonly every?: number;
  readonly unrooted?: number;
  readonly pendingWithin?: number;
  readonly held?: number;
  readonly deadlines?: ReleaseDeadlines;
  /** Done to the folder between the audit and the look at the records. */
  readonly meanwhile?: (folder: string) => void;
}

/** Audits logs of these entries and looks at their records. */
async function reconcile(shards: readonly [readonly Uint8Array[], readonly Uint8Array[]], asked: Asked = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-records-'));
  try {
    writeRecords(folder, shards, asked);
    const options = { family: familySigner.key, remembered: 100_000, seed: 1 };
    const { ok, rooted } = await auditFamily(new FolderFamily(folder), options);
    asked.meanwhile?.(folder);
    const found = await reconcileLogs(rooted!, { now: TOMORROW, pendingWithin: 0, ...asked });
    return { ok, ...found };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As two partitions have them: each exchange in one, by its id. */
function inShards(events: readonly SluiceEvent[]): readonly [Uint8Array[], Uint8Array[]] {
  const of = (shard: number) => events.filter(({ id }) => parseInt(id[0]!, 16) % 2 === shard).map(({ data }) => data);
  return [of(0), of(1)];
}

const NOTHING = { pending: 0, left: 0, otherAlerts: 0, alertsLeft: 0 };
const kindsOf = ({ findings }: Pick<Reconciliation, 'findings'>) => findings.map(({ kind }) => kind);
const entries = (...all: readonly EventEntry[]) => [all.map(bytesOf), []] as const;

it('finds nothing in traffic without a fault, however coarse the order of the shards is known', async () => {
  const shards = inShards(cleanTraffic(600, chanceFrom(1)));
  const records = shards[0].length + shards[1].length;
  for (const every of [100, 10_000]) {
    expect(await reconcile(shards, { every })).toEqual({ ok: true, records, findings: [], ...NOTHING });
  }
});

it.each<[string, string, readonly ExchangeEntry[]]>([
  ['decision-without-release', 'population', [aPermit()]],
  ['release-without-decision', 'gateway', [aRelease()]],
  ['failure-without-decision', 'gateway', [aFailure()]],
  ['digests-differ', 'population', [aPermit(), aRelease({ purpose: 'gov:Other' })]],
  ['more-released', 'population', [aPermit(), aRelease({ rows: 11 })]],
  ['late', 'population', [aPermit(), aRelease({ time: new Date(NOON + 10 * MINUTE).toISOString() })]],
  ['duplicate', 'population', [aPermit(), aRelease(), aRelease({ rows: 2 })]],
])('finds %s, which %s has to explain, with the entries that show it', async (kind, owner, records) => {
  const { findings } = await reconcile(entries(...records));
  expect(findings).toMatchObject([{ kind, owner, subject: aPermit().id }]);
  const shown = findings[0]!.evidence.map(({ shard, index }) => [shard, index]);
  const from = kind === 'duplicate' ? 1 : 0;
  expect(shown).toEqual(records.slice(from).map((_, at) => [0, from + at]));
});

it('takes what reached nobody for that, by the replay that says so', async () => {
  const discarded = aRelease({ decision: aReplay().decision! });
  expect(await reconcile(entries(aPermit(), aRelease(), discarded, aReplay()))).toMatchObject({
    findings: [{ kind: 'duplicate' }],
  });
});

it('pairs what lies in two shards', async () => {
  expect((await reconcile([[bytesOf(aPermit())], [bytesOf(aRelease())]])).findings).toEqual([]);
});

it('reads all once more for what is further apart than what it holds', async () => {
  const between = cleanTraffic(50, chanceFrom(3)).map(({ data }) => data);
  const far = await reconcile([[bytesOf(aPermit()), ...between, bytesOf(aRelease())], []], { held: 10 });
  // What stands between is in sequences, and these two records are in none.
  expect(kindsOf(far)).toEqual(['unplaced']);
  const alone = await reconcile([[bytesOf(aPermit()), ...between], []], { held: 10 });
  expect(kindsOf(alone)).toEqual(['decision-without-release']);
});

it('says of no sequencing that it was late, which a log does not show', async () => {
  const time = new Date(NOON + 100_000).toISOString();
  expect((await reconcile(entries(aPermit(), aRelease({ time })))).findings).toEqual([]);
});

it.each([
  [180, { releaseWithin: 120_000, skew: 30_000 }, ['late']],
  [180, { releaseWithin: 180_000, skew: 0 }, []],
  [100, { releaseWithin: 60_000, skew: 0 }, ['late']],
  [-20, { releaseWithin: 120_000, skew: 10_000 }, ['late']],
])('judges a release %i s after its decision by the deadlines of the ledger: %j', async (after, deadlines, kinds) => {
  const release = aRelease({ time: new Date(NOON + after * 1000).toISOString() });
  expect(kindsOf(await reconcile(entries(aPermit(), release), { deadlines }))).toEqual(kinds);
});

it('lets what is missing at the end of the log still come, by the times that entries claim', async () => {
  const old = aPermit({ id: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f00' });
  const time = new Date(NOON + 31 * MINUTE).toISOString();
  const found = await reconcile(entries(old, aPermit({ time })), { pendingWithin: 30 * MINUTE });
  expect(found).toMatchObject({ findings: [{ subject: old.id }], pending: 1 });
});

it('does not wait for what claims to be from a time to come', async () => {
  const time = new Date(TOMORROW.getTime() + 24 * 60 * MINUTE).toISOString();
  const found = await reconcile(entries(aPermit({ time })), { pendingWithin: 30 * MINUTE });
  expect(found).toMatchObject({ findings: [{ kind: 'decision-without-release' }], pending: 0 });
});

/** Traffic without a fault, which something is then done to. */
function traffic(change: (events: SluiceEvent[]) => readonly SluiceEvent[]) {
  return inShards(change(cleanTraffic(300, chanceFrom(2))));
}
const unlinked = (at: number, entry: ExchangeEntry): SluiceEvent => ({
  ...{ id: idOf(at), type: entry.type, source: entry.source, time: entry.time, key: idOf(at) },
  data: bytesOf({ ...entry, id: idOf(at) }),
});
const placeOf = ({ data }: SluiceEvent) => (JSON.parse(Buffer.from(data).toString()) as EventEntry).writer!;

describe('in the sequences of the parties it finds', () => {
  const all = cleanTraffic(300, chanceFrom(2));
  /** A release of which nothing else says that it ought to be there, but for its permit. */
  const at = all.findIndex(({ id, type }, at) => at > 300 && type === 'access.released.v1' && all[at + 1]?.id !== id);
  const withheld = all[at]!;

  it('a hole where a record was withheld, with its numbers and the name of its party', async () => {
    const { findings } = await reconcile(traffic((events) => events.toSpliced(at, 1)));
    const { chain, number } = placeOf(withheld);
    expect(findings).toMatchObject([
      { kind: 'decision-without-release', subject: withheld.id },
      {
        ...{ kind: 'hole', owner: withheld.source.slice('adapter/'.length), subject: chain },
        numbers: { source: withheld.source, from: number, to: number },
      },
    ]);
  });

  it('none yet where what is missing may still come', async () => {
    const shards = traffic((events) => events.toSpliced(at, 1));
    expect(await reconcile(shards, { pendingWithin: 30 * MINUTE })).toMatchObject({ findings: [], pending: 2 });
  });

  it('a fork where a record was changed: the one behind it names another', async () => {
    const change = (event: SluiceEvent) => {
      return { ...event, data: Buffer.from(Buffer.from(event.data).toString().replace('T12:00:00.', 'T12:00:01.')) };
    };
    const found = await reconcile(traffic((events) => events.with(50, change(events[50]!))));
    expect(kindsOf(found)).toEqual(['fork']);
  });

  it('records in no sequence, and from some number on only that there are more', async () => {
    const unplaced = Array.from({ length: 102 }, (_, at) => unlinked(at, aDenial()));
    const found = await reconcile(traffic((events) => [...events, ...unplaced]));
    expect(kindsOf(found)).toEqual([...Array.from({ length: 100 }, () => 'unplaced'), 'unfollowed']);
  });

  it('a sequence that was begun beside the others', async () => {
    const next = { chain: idOf(1000), number: 1, previous: NOTHING_BEFORE };
    const { linked } = link([unlinked(1, aDenial())], next);
    const { findings } = await reconcile(traffic((events) => [...events, ...linked]));
    expect(findings).toMatchObject([{ kind: 'unanchored', owner: 'gateway', subject: next.chain }]);
  });
});

describe('held against what the ledger reported,', () => {
  const { id } = aPermit();
  const hole = { chain: idOf(7), source: 'gateway', from: 2, to: 9 };
  const alertOf = (over: Parameters<typeof anAlert>[0]) => anAlert({ exchange: id, ...over });
  const place = (index: number) => ({ shard: 0, index, leaf: 'l'.repeat(43) });

  it('a finding has the alert and its state, or none', async () => {
    const reported = await reconcile(entries(aPermit(), alertOf({}), aChange()));
    expect(reported).toMatchObject({
      findings: [{ alert: { id: anAlert({}).id, state: 'explained' } }],
      otherAlerts: 0,
    });
    const silent = await reconcile(entries(aPermit()));
    expect(silent.findings[0]).not.toHaveProperty('alert');
  });

  it.each<[string, Parameters<typeof anAlert>[0]]>([
    ['another exchange', { exchange: idOf(3) }],
    ['another kind', { kind: 'late' }],
    ['a sequence', { exchange: undefined, sequence: hole }],
    ['somebody else than the ledger', { source: 'gateway' }],
  ])('an alert of %s is none of it', async (_, over) => {
    const { findings } = await reconcile(entries(aPermit(), alertOf(over)));
    expect(findings).toMatchObject([{ kind: 'decision-without-release' }]);
    expect(findings[0]).not.toHaveProperty('alert');
  });

  it('what is about its entries has the alert of these entries, and those without one come first', async () => {
    const records = [aPermit(), aRelease({ rows: 11, purpose: 'gov:Other' })];
    const alert = alertOf({ kind: 'more-released', evidence: [place(0), place(1)] });
    const { findings, otherAlerts } = await reconcile(entries(...records, alert));
    expect(findings.map(({ kind, alert: of }) => [kind, of?.state])).toEqual([
      ['digests-differ', undefined],
      ['more-released', 'open'],
    ]);
    expect(otherAlerts).toBe(0);
    const other = await reconcile(
      entries(...records, alertOf({ kind: 'more-released', evidence: [place(0), place(7)] })),
    );
    expect(other).toMatchObject({ findings: [{}, {}], otherAlerts: 1 });
    expect(other.findings.flatMap((one) => one.alert ?? [])).toEqual([]);
  });

  it('a hole has the alert of a larger one of which some came since', async () => {
    const at = (number: number) => ({
      chain: hole.chain,
      number,
      previous: number === 1 ? NOTHING_BEFORE : 'p'.repeat(43),
    });
    const records = [1, 5, 10].map((number) => aDenial({ id: idOf(number), writer: at(number) }));
    const alert = anAlert({ kind: 'hole', owner: 'gateway', sequence: { ...hole, from: 2, to: 4 } });
    const { findings } = await reconcile(entries(...records, alert));
    expect(findings.map(({ kind, numbers, alert: of }) => [kind, numbers?.from, numbers?.to, of?.state])).toEqual([
      ['hole', 6, 9, undefined],
      ['hole', 2, 4, 'open'],
    ]);
  });

  it('an alert of what is not there any more is counted', async () => {
    const found = await reconcile(
      entries(aPermit(), aRelease(), alertOf({}), aChange({ action: 'came', state: 'open' })),
    );
    expect(found).toMatchObject({ findings: [], otherAlerts: 1 });
  });
});

it('looks at all shards as of one moment: at what the root log has of them', async () => {
  const { records, findings } = await reconcile([[bytesOf(aPermit()), bytesOf(aRelease())], []], { unrooted: 0 });
  expect({ records, findings }).toEqual({ records: 2, findings: [] });
  const behind = await reconcile([[bytesOf(aPermit()), bytesOf(aRelease())], [bytesOf(aFailure())]], { unrooted: 1 });
  expect(behind).toMatchObject({ records: 1, findings: [{ kind: 'decision-without-release' }] });
});

it('says nothing of records that are other ones than the log signed', async () => {
  const bytes = bytesOf(aRelease({ rows: 2 }));
  const bundle = Buffer.concat([Buffer.from([0, 0]), bytes]);
  bundle.writeUInt16BE(bytes.length);
  const meanwhile = (folder: string) => {
    writeFileSync(join(folder, '0/tile/entries/000.p/1'), bundle);
  };
  expect(await reconcile(entries(aRelease()), { meanwhile })).toEqual({
    ...{ ok: true, records: 0, findings: [], ...NOTHING },
    notAsSigned: 'ledger.test/log/0',
  });
});
