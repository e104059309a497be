import type { SluiceEvent } from '#events/contract.js';
import { chanceFrom, cleanTraffic } from '../../../../libs/reconcile/src/clean-traffic.fixture.js';
import { HOUR, ReconciledLog } from './a-reconciled-log.js';

const EXCHANGES = 100_000;
/** What a transport brings at once. */
const BATCH = 1000;

/** As outboxes bring them: each record up to some thousands of places late. */
function outOfOrder(events: readonly SluiceEvent[], chance: () => number): readonly SluiceEvent[] {
  const places = events.map((event, at) => ({ event, at: at + chance() * 3000 }));
  return places.toSorted((a, b) => a.at - b.at).map(({ event }) => event);
}

it('finds nothing in 100,000 exchanges without a fault, over two shards, and remembers none of them', async () => {
  await using log = await ReconciledLog.open();
  const chance = chanceFrom(1);
  const events = outOfOrder(cleanTraffic(EXCHANGES, chance), chance);
  for (let from = 0; from < events.length; from += BATCH) {
    const some = events.slice(from, from + BATCH);
    // Most exchanges lie in one shard; of every seventh, the two records do not.
    const halves = Map.groupBy(some, ({ key, source }) => shardOf(key, source));
    await Promise.all(Array.from(halves, ([shard, half]) => log.sequence(half, shard)));
  }
  await log.reconcile();
  log.ahead = HOUR;
  await log.reconcile();
  expect(await log.alerts()).toEqual([]);
  expect(await log.count('open_exchange')).toBe(0);
  const sequences = await log.ledger.database.query<{ gaps: unknown[] }[]>('SELECT gaps FROM party_sequence');
  expect(sequences.map(({ gaps }) => gaps.length)).toEqual([1, 1, 1, 1, 1, 1, 1]);
}, 900_000);

function shardOf(key: string, source: string): number {
  const number = Number.parseInt(key.slice(0, 6), 16);
  return number % 7 === 0 && source !== 'gateway' ? 1 - (number % 2) : number % 2;
}
