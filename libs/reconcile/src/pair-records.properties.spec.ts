import fc from 'fast-check';
import { NOON, aDenial, aFailure, aPermit, aRelease, aReplay, deadlines } from './exchange.fixture.js';
import { naiveKinds } from './naive-pair.fixture.js';
import { pairRecords, type ExchangeEntry, type Seen } from './pair-records.js';

const time = fc.integer({ min: -10_000, max: 80_000 }).map((after) => new Date(NOON + after).toISOString());
const hash = fc.constantFrom('d'.repeat(43), 'p'.repeat(43), 'q'.repeat(43));
const entry: fc.Arbitrary<ExchangeEntry> = fc.oneof(
  fc.record({ time, limit: fc.integer({ min: 1, max: 4 }), policy: hash }).map(aPermit),
  fc.record({ time }).map(aDenial),
  fc.record({ time, decision: hash }).map(aReplay),
  fc
    .record({
      ...{ time, rows: fc.nat({ max: 5 }), decision: hash, policy: hash },
      fields: fc.subarray(['name', 'district', 'phone']),
      resource: fc.constantFrom('population/residents', 'tax/payers'),
      source: fc.constantFrom('adapter/population', 'adapter/tax'),
    })
    .map(aRelease),
  fc.record({ time }).map(aFailure),
);
const records: fc.Arbitrary<Seen[]> = fc
  .array(fc.tuple(entry, fc.nat({ max: 200_000 })), { maxLength: 5 })
  .map((all) => all.map(([one, after], index) => ({ shard: 0, index, seenAt: NOON + after, entry: one })));
const kindsOf = (all: readonly Seen[], now: number) =>
  new Set<string>(pairRecords(all, deadlines, now).findings.map(({ kind }) => kind));

it('finds what the sentences find, one by one, once all is due', () => {
  fc.assert(
    fc.property(records, (all) => {
      expect(kindsOf(all, Infinity)).toEqual(naiveKinds(all));
    }),
    { numRuns: 3000 },
  );
});

it('never takes back on a later look what it found on an earlier one, and is due no later than it finds', () => {
  fc.assert(
    fc.property(records, fc.nat({ max: 400_000 }), fc.nat({ max: 400_000 }), (all, one, another) => {
      const [early, late] = [Math.min(one, another) + NOON, Math.max(one, another) + NOON];
      expect([...kindsOf(all, late)]).toEqual(expect.arrayContaining([...kindsOf(all, early)]));
      let { due } = pairRecords(all, deadlines, early);
      for (let last = early; due !== undefined; { due } = pairRecords(all, deadlines, last)) {
        expect(due).toBeGreaterThan(last);
        last = due;
        if (pairRecords(all, deadlines, last).due === undefined) {
          expect(kindsOf(all, last)).toEqual(kindsOf(all, Infinity));
        }
      }
    }),
  );
});

it('finds the same whichever way the records lie, but which of two permits it compares with', () => {
  const single = records.filter((all) => all.filter(({ entry: { type } }) => type === 'access.decided.v1').length < 2);
  fc.assert(
    fc.property(single, (all) => {
      expect(kindsOf(all.toReversed(), Infinity)).toEqual(kindsOf(all, Infinity));
    }),
  );
});
