import type { SluiceEvent } from '#events/contract.js';
import { NOTHING_BEFORE, leafHash } from '#events/link.js';
import { chanceFrom, cleanTraffic } from './clean-traffic.fixture.js';
import { NOON, deadlines } from './exchange.fixture.js';
import { UNANCHORED, anchorSequence, type Anchors } from './anchor-sequence.js';
import { expectRecord, followSequence, holesIn, unbegun, type Followed, type Gap } from './follow-sequence.js';
import { pairRecords, type ExchangeEntry, type Seen } from './pair-records.js';

/** As four shards bring them: each record up to four seconds late, which is by thousands of places. */
function inRandomOrder(events: readonly SluiceEvent[], chance: () => number) {
  const arriving = events.map((event, index) => ({
    event,
    shard: index % 4,
    index,
    seenAt: NOON + index + chance() * 4000,
  }));
  return arriving.toSorted((one, another) => one.seenAt - another.seenAt);
}

function reconcile(events: readonly SluiceEvent[], chance: () => number) {
  const found: string[] = [];
  const exchanges = new Map<string, Seen[]>();
  const chains = new Map<string, readonly Gap[]>();
  const sources = new Map<string, Anchors>();
  let mostGaps = 0;
  for (const { event, shard, index, seenAt } of inRandomOrder(events, chance)) {
    const entry = JSON.parse(Buffer.from(event.data).toString()) as ExchangeEntry;
    exchanges.set(entry.id, [...(exchanges.get(entry.id) ?? []), { shard, index, seenAt, entry }]);
    const { chain, number, previous, beside } = entry.writer!;
    const record = { number, previous, leaf: leafHash(event.data), shard, index, seenAt };
    const move = (of: string, step: (gaps: readonly Gap[]) => Followed) => {
      const { gaps, fault } = step(chains.get(of) ?? unbegun(NOTHING_BEFORE));
      chains.set(of, gaps);
      mostGaps = Math.max(mostGaps, gaps.length);
      if (fault !== undefined) found.push(fault);
    };
    move(chain, (gaps) => followSequence(gaps, record));
    const { anchors, isAnchored } = anchorSequence(sources.get(entry.source) ?? UNANCHORED, {
      ...{ chain, number, namesKnown: false },
      ...(beside === undefined ? {} : { database: beside.database }),
    });
    sources.set(entry.source, anchors);
    if (!isAnchored) found.push('unanchored');
    for (const head of beside?.heads ?? []) move(head.chain, (gaps) => expectRecord(gaps, head, record));
  }
  for (const gaps of chains.values()) found.push(...holesIn(gaps, 0, Infinity).holes.map(() => 'hole'));
  for (const seen of exchanges.values()) {
    found.push(...pairRecords(seen, deadlines, Infinity).findings.map(({ kind }) => kind));
  }
  return { found, exchanges: exchanges.size, gaps: [...chains.values()].map(({ length }) => length), mostGaps };
}

it('finds nothing in 100,000 exchanges without a fault, in whichever order their records come', () => {
  const chance = chanceFrom(1);
  expect(reconcile(cleanTraffic(100_000, chance), chance)).toEqual({
    found: [],
    exchanges: 100_000,
    gaps: [1, 1, 1, 1, 1, 1, 1],
    // Bounds what a ledger must follow of one sequence: see MOST_GAPS of the ledger.
    mostGaps: 159,
  });
});

it('finds every record that is withheld: as a hole in its sequence, and as what its counterpart lacks', () => {
  const chance = chanceFrom(2);
  const events = cleanTraffic(1000, chance);
  for (const withheld of [0, 100, 777]) {
    const { found } = reconcile(events.toSpliced(withheld, 1), chance);
    expect(found.filter((kind) => kind === 'hole')).toHaveLength(1);
  }
});

it('finds a record of which something was changed: the one behind it names another', () => {
  const events = cleanTraffic(200, chanceFrom(3));
  for (const at of [3, 50, 120]) {
    const event = events[at]!;
    const data = Buffer.from(Buffer.from(event.data).toString().replace('T12:00:00.', 'T12:00:01.'));
    expect(data).not.toEqual(event.data);
    expect(reconcile(events.with(at, { ...event, data }), chanceFrom(4)).found).toEqual(['fork']);
  }
});
