import type { EventEntry } from '#events/contract.js';
import { NOTHING_BEFORE } from '#events/link.js';
import { followAll, sequencesNamedBy, type FollowedRecords, type KnownSequences } from './follow-records.js';
import { MOST_DATABASES, MOST_GAPS, MOST_SEQUENCES, MOST_UNPLACED, type PartySource } from './party-source.js';
import { findHoles, keyOf, type Sequence } from './sequences.js';
import type { FreshRecord } from './sequenced-record.js';

const uuid = (at: number) => `0198f3b2-7c5e-4d11-9a30-${at.toString(16).padStart(12, '0')}`;
const DATABASE = uuid(0xffff);

interface Told {
  readonly chain?: string;
  readonly number?: number;
  readonly beside?: NonNullable<EventEntry['writer']>['beside'];
  readonly source?: string;
  /** Leaf hash of the record before it. */
  readonly previous?: string;
}

function aRecord(index: number, { chain, number = 1, beside, source = 'gateway', previous = 'p' }: Told): FreshRecord {
  const writer =
    chain === undefined ? undefined : { chain, number, previous: number === 1 ? NOTHING_BEFORE : previous, beside };
  const entry = { type: 'access.decided.v1', id: uuid(index), source, time: '2026-11-23T12:00:00.000Z', writer };
  return { shard: 0, index, leaf: `leaf ${index}`, seenAt: index, entry };
}

/** Takes them as a reconciler does, step by step, each of which knows what the ones before kept. */
function follow(told: readonly Told[], atOnce: number) {
  const sources = new Map<string, PartySource>();
  const sequences = new Map<string, Sequence>();
  const findings: FollowedRecords['findings'][number][] = [];
  const records = told.map((one, index) => aRecord(index, one));
  for (let from = 0; from < records.length; from += atOnce) {
    const known: KnownSequences = { sources, sequences };
    const followed = followAll(records.slice(from, from + atOnce), known);
    for (const one of followed.sources) sources.set(one.source, one);
    for (const one of followed.sequences) sequences.set(keyOf(one), one);
    findings.push(...followed.findings);
  }
  return { source: sources.get('gateway'), sequences: [...sequences.values()], findings };
}
const kindsOf = ({ findings }: Pick<FollowedRecords, 'findings'>) =>
  [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, { length }]) => [kind, length]);

describe('what a source can make the ledger remember and say is bounded:', () => {
  it('gaps, of which it says under one name that there are too many', () => {
    const numbers = Array.from({ length: MOST_GAPS + 50 }, (_, at) => 2 * at + 2);
    const { source, sequences, findings } = follow(
      numbers.map((number) => ({ chain: uuid(1), number })),
      MOST_GAPS + 20,
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      ...{ kind: 'unfollowed', subject: uuid(1), numbers: { from: 1, to: 2 * MOST_GAPS + 2 } },
    });
    expect(sequences[0]?.gaps).toHaveLength(1 + 1 + 49);
    expect(source?.gaps).toBe(1 + 49);
  });

  it('gaps of many sequences together, each of which is an alert at the most', () => {
    const told = Array.from({ length: MOST_GAPS + 100 }, (_, at) => ({
      ...{ chain: uuid(at % 20), number: 2 * Math.floor(at / 20) + 2, beside: { database: DATABASE, heads: [] } },
    }));
    const { source, findings } = follow(told, 50_000);
    expect(source?.gaps).toBeLessThanOrEqual(MOST_GAPS);
    const names = new Set(findings.map(({ subject }) => subject));
    expect(findings).toHaveLength(names.size);
    expect(names.size).toBeGreaterThan(0);
  });

  it('sequences, of which it says once that there are too many', () => {
    const told = Array.from({ length: MOST_SEQUENCES + 50 }, (_, at) => ({
      ...{ chain: uuid(at), beside: { database: DATABASE, heads: [] } },
    }));
    const followed = follow(told, 300);
    expect(followed.sequences).toHaveLength(MOST_SEQUENCES);
    expect(kindsOf(followed)).toEqual([['unfollowed', 1]]);
  });

  it('sequences that it only names', () => {
    const heads = (from: number) =>
      Array.from({ length: 500 }, (_, at) => ({ chain: uuid(from + at), leaf: 'l', number: 9 }));
    const told = [1, 2, 3].map((number) => ({
      ...{ chain: uuid(0), number, beside: { database: DATABASE, heads: heads(number * 1000) } },
    }));
    expect(sequencesNamedBy(aRecord(0, told[0]!))).toHaveLength(17);
    expect(follow(told, 1).sequences).toHaveLength(1 + 3 * 16);
  });

  it('databases', () => {
    const told = Array.from({ length: MOST_DATABASES + 50 }, (_, at) => ({
      ...{ chain: uuid(0), number: at + 1, previous: `leaf ${at - 1}` },
      beside: { database: uuid(0x1000 + at), heads: [] },
    }));
    const followed = follow(told, 60);
    expect(followed.source?.databases).toHaveLength(MOST_DATABASES);
    expect(kindsOf(followed)).toEqual([
      ['unanchored', MOST_DATABASES - 2],
      ['unfollowed', 1],
    ]);
  });

  it('records that stand in no sequence', () => {
    const told: Told[] = [{ chain: uuid(0) }, ...Array.from({ length: MOST_UNPLACED + 50 }, () => ({}))];
    expect(kindsOf(follow(told, 60))).toEqual([
      ['unplaced', MOST_UNPLACED],
      ['unfollowed', 1],
    ]);
  });

  it('holes that are found together, of which many are one alert', () => {
    const told = (count: number) => Array.from({ length: count }, (_, at) => ({ chain: uuid(1), number: 2 * at + 2 }));
    const holes = (count: number) => {
      const [sequence] = follow(told(count), 1000).sequences;
      return findHoles(sequence!, { within: 0, now: 10_000, leafAt: () => 'l' }).findings.map(({ numbers }) => numbers);
    };
    expect(holes(100)).toHaveLength(100);
    expect(holes(101)).toEqual([{ source: 'gateway', from: 1, to: 201 }]);
  });
});

it('misses nothing of what it had to forget, and all behind it', () => {
  const even = Array.from({ length: MOST_GAPS + 1 }, (_, at) => 2 * at + 2);
  const numbers = [...even, ...even.map((number) => number - 1), 2 * MOST_GAPS + 5];
  const { findings, sequences } = follow(
    numbers.map((number) => ({ chain: uuid(1), number })),
    50_000,
  );
  expect(kindsOf({ findings })).toEqual([['unfollowed', 1]]);
  const found = findHoles(sequences[0]!, { within: 0, now: 100_000, leafAt: () => 'l' }).findings;
  expect(found.map(({ kind, numbers }) => ({ kind, numbers }))).toEqual([
    { kind: 'hole', numbers: { source: 'gateway', from: 2 * MOST_GAPS + 3, to: 2 * MOST_GAPS + 4 } },
  ]);
});

it('counts nothing against one source that another does', () => {
  const told: Told[] = [{ chain: uuid(1) }, { source: 'adapter/civil' }, { chain: uuid(1), number: 2 }];
  expect(follow(told, 1).source).toMatchObject({ sequences: 1, gaps: 0, unplaced: 0 });
});
