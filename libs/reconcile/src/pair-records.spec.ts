import { NOON, aDenial, aFailure, aPermit, aRelease, aReplay, deadlines, seen } from './exchange.fixture.js';
import { exchangeOf, pairRecords, type ExchangeEntry } from './pair-records.js';

const LONG_AFTER = NOON + 1_000_000;
const found = (entries: readonly ExchangeEntry[], after: readonly number[] = [], now = LONG_AFTER) =>
  pairRecords(seen(entries, after), deadlines, now).findings;
const places = (...indices: number[]) => indices.map((index) => ({ shard: 0, index }));
const later = (milliseconds: number) => new Date(NOON + milliseconds).toISOString();

describe('records that agree', () => {
  it.each<[string, ExchangeEntry[]]>([
    ['a permit and its release', [aPermit(), aRelease()]],
    ['whichever comes first', [aRelease(), aPermit()]],
    ['as many rows and fields as were decided', [aPermit(), aRelease({ rows: 10, fields: ['district', 'name'] })]],
    ['a release at the last moment', [aPermit(), aRelease({ time: later(65_000) })]],
    ['a release by a clock that is behind', [aPermit(), aRelease({ time: later(-5000) })]],
    ['a denial', [aDenial()]],
    ['a permit that failed', [aPermit(), aFailure()]],
    ['data that left and did not arrive', [aPermit(), aFailure({ reason: 'CALLER_GONE' }), aRelease()]],
  ])('lead to no finding: %s', (_, entries) => {
    expect(pairRecords(seen(entries), deadlines, LONG_AFTER)).toEqual({ findings: [] });
  });

  it('lead to none of nothing', () => {
    expect(pairRecords([], deadlines, LONG_AFTER)).toEqual({ findings: [] });
  });
});

describe('a record without its counterpart', () => {
  it.each<[string, ExchangeEntry[], string, string]>([
    ['a permit', [aPermit()], 'decision-without-release', 'population'],
    ['a permit that names no resource', [aPermit({ resource: undefined })], 'decision-without-release', 'gateway'],
    ['a release', [aRelease()], 'release-without-decision', 'gateway'],
    ['a release of what was denied', [aDenial(), aRelease()], 'release-without-decision', 'gateway'],
    ['a failure', [aFailure()], 'failure-without-decision', 'gateway'],
    ['a failure of what was denied', [aDenial(), aFailure()], 'failure-without-decision', 'gateway'],
  ])('is waited for until it is due, and found then: %s', (_, entries, kind, owner) => {
    const due = NOON + deadlines.pairWithin;
    expect(pairRecords(seen(entries), deadlines, due - 1)).toEqual({ findings: [], due });
    const finding = { kind, owner, evidence: places(...entries.keys()), members: [] };
    expect(pairRecords(seen(entries), deadlines, due)).toEqual({ findings: [finding] });
  });
});

describe('a release that is not as decided', () => {
  it.each<[string, ExchangeEntry, string, string[]]>([
    ['another policy', aRelease({ policy: 'x'.repeat(43) }), 'digests-differ', ['policy']],
    ['another asker', aRelease({ consumer: 'housing/other' }), 'digests-differ', ['consumer']],
    [
      'other data',
      aRelease({ resource: 'population/deaths', purpose: 'gov:Tax' }),
      'digests-differ',
      ['purpose', 'resource'],
    ],
    ['another department', aRelease({ source: 'adapter/tax' }), 'digests-differ', ['source']],
    ['one row more', aRelease({ rows: 11 }), 'more-released', ['rows']],
    ['one field more', aRelease({ fields: ['name', 'phone'] }), 'more-released', ['fields']],
    ['more of both', aRelease({ fields: ['phone'], rows: 11 }), 'more-released', ['fields', 'rows']],
    ['after the decision died', aRelease({ time: later(65_001) }), 'late', ['time']],
    ['before it was born', aRelease({ time: later(-5001) }), 'late', ['time']],
  ])('is found at once: %s', (_, release, kind, members) => {
    const owner = release.source.slice('adapter/'.length);
    expect(found([aPermit(), release], [], NOON)).toEqual([{ kind, owner, evidence: places(0, 1), members }]);
  });

  it('is found whole where a permit says no limit: then it grants no row', () => {
    expect(found([aPermit({ limit: undefined }), aRelease()])).toMatchObject([
      { kind: 'more-released', members: ['rows'] },
    ]);
  });
});

describe('a release by another decision than the permit', () => {
  const byAnother = aRelease({ decision: 'q'.repeat(43), fields: ['phone'], rows: 11, time: later(90_000) });
  const all = [aPermit(), aFailure(), byAnother];
  const due = NOON + deadlines.pairWithin;

  it('is waited for a replay to name it, and found then, compared no further', () => {
    expect(pairRecords(seen(all), deadlines, due - 1)).toEqual({ findings: [], due });
    const finding = { kind: 'digests-differ', owner: 'population', evidence: places(0, 2), members: ['decision'] };
    expect(pairRecords(seen(all), deadlines, due)).toEqual({ findings: [finding] });
  });

  it('reached nobody where a replay names it, whether the exchange was permitted or denied', () => {
    for (const first of [[aPermit(), aFailure()], [aPermit(), aRelease()], [aDenial()]]) {
      const records = [...first, byAnother, aReplay()];
      const isTwice = records.filter(({ type }) => type === 'access.released.v1').length > 1;
      for (const order of [records, records.toReversed()]) {
        expect(pairRecords(seen(order), deadlines, due - 1).due).toBe(due);
        expect(found(order).map(({ kind }) => kind)).toEqual(isTwice ? ['duplicate'] : []);
      }
    }
  });

  it('stands for none of the permit', () => {
    expect(found([aPermit(), byAnother, aReplay()])).toMatchObject([
      { kind: 'decision-without-release', owner: 'population', evidence: places(0) },
    ]);
  });

  it('is missed a decision where the replay repeats nothing that is on record', () => {
    expect(found([byAnother, aReplay()])).toMatchObject([{ kind: 'release-without-decision', evidence: places(0) }]);
  });
});

it('takes a replay for which a department was asked to what it repeats, and any other denial for itself', () => {
  const repeats = '0198F3B2-7C5E-8D11-9A30-2F1C6D7E8F90';
  expect(exchangeOf(aReplay({ repeats }))).toBe(repeats.toLowerCase());
  expect(exchangeOf(aReplay({ decision: undefined }))).toBe(aReplay().id);
  expect([aPermit(), aRelease(), aFailure()].map(exchangeOf)).toEqual([aPermit().id, aPermit().id, aPermit().id]);
});

it.each([
  ['population', [0, 120_000]],
  ['gateway', [120_000, 0]],
] as const)('finds late what was sequenced long after its counterpart, and whose it was: %s', (owner, after) => {
  const finding = { kind: 'late', owner, evidence: places(0, 1), members: ['sequenced'] };
  expect(found([aPermit(), aRelease()], after)).toEqual([finding]);
});

it('finds each record that its party wrote twice, whatever else is right', () => {
  const twice = [
    aPermit(),
    aPermit({ commitment: 'x'.repeat(43) }),
    aRelease(),
    aRelease({ rows: 2 }),
    aFailure(),
    aFailure(),
  ];
  expect(found(twice)).toEqual([
    { kind: 'duplicate', owner: 'gateway', evidence: places(0, 1), members: [] },
    { kind: 'duplicate', owner: 'population', evidence: places(2, 3), members: [] },
    { kind: 'duplicate', owner: 'gateway', evidence: places(4, 5), members: [] },
  ]);
});
