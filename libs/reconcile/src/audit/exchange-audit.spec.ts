import { chanceFrom, cleanTraffic } from '../clean-traffic.fixture.js';
import { NOON, aDenial, aFailure, aPermit, aRelease } from '../exchange.fixture.js';
import type { ExchangeEntry } from '../pair-records.js';
import type { ExchangeRecord } from '../sequenced-record.js';
import { ExchangeAudit } from './exchange-audit.js';
import { SuspectExchanges } from './suspect-exchanges.js';

const HELD = 10;
const recency = { newest: NOON, within: 0 };

function recordsOf(entries: readonly ExchangeEntry[]): (ExchangeRecord & { readonly seenAt: number })[] {
  return entries.map((entry, index) => ({ shard: 0, index, leaf: `leaf ${index}`, seenAt: NOON, entry }));
}
/** So many records of exchanges that have nothing to do with others. */
function others(records: number, salt = 'others'): ExchangeEntry[] {
  const events = cleanTraffic(records, chanceFrom(1), salt).slice(0, records);
  return events.map(({ data }) => JSON.parse(Buffer.from(data).toString()) as ExchangeEntry);
}

function judge(entries: readonly ExchangeEntry[], suspects = new SuspectExchanges()) {
  const records = recordsOf(entries);
  const audit = new ExchangeAudit(suspects, HELD);
  for (const record of records) audit.take(record);
  const again = audit.finish();
  const { needsRecords } = again;
  if (needsRecords) again.take(records);
  const { findings, ...judged } = again.judge(recency);
  const told = findings.filter(({ subject }) => subject === aPermit().id);
  return { kinds: told.map(({ kind }) => kind), needsRecords, ...judged };
}

it('has all it needs of a short log, and reads it once', () => {
  expect(judge([aPermit()])).toEqual({ kinds: ['decision-without-release'], needsRecords: false, pending: 0, left: 0 });
});

it.each<[string, readonly ExchangeEntry[], readonly ExchangeEntry[], readonly string[]]>([
  ['agrees', [aPermit()], [aRelease()], []],
  ['agrees the other way round', [aRelease()], [aPermit()], []],
  ['failed, and was released all the same', [aPermit(), aFailure()], [aRelease()], []],
  ['agreed before, and was released once more', [aPermit(), aRelease()], [aRelease({ rows: 2 })], ['duplicate']],
  ['has nothing more', [aPermit()], [], ['decision-without-release']],
])('judges an exchange that %s by all of its records, however far they are apart', (_, first, later, kinds) => {
  const between = others(5 * HELD);
  expect(judge([...first, ...between, ...later, ...others(3 * HELD, 'more')])).toMatchObject({ kinds });
});

it('does not see a denial that comes again long after, which whoever compares ids does', () => {
  expect(judge([aDenial(), ...others(5 * HELD), aDenial({ reason: 'QUOTA' })])).toMatchObject({ kinds: [] });
});

it('counts what it cannot hold, and says nothing of it', () => {
  const alone = others(40).map(({ id }) => aPermit({ id }));
  const ids = new Set(alone.map(({ id }) => id));
  expect(
    judge(
      [...ids].map((id) => aPermit({ id })),
      new SuspectExchanges(undefined, 5),
    ).left,
  ).toBe(ids.size - 5);
  const many = Array.from({ length: 9 }, (_, at) => aRelease({ rows: at + 1 }));
  expect(judge([aPermit(), ...many], new SuspectExchanges(undefined, 5, 8))).toMatchObject({ kinds: [], left: 1 });
});
