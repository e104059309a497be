import { RecentExchanges } from './recent-exchanges.js';

it('knows what it met, until the clock alone refuses it', () => {
  const recent = new RecentExchanges();
  expect(recent.meet('a', 0)).toBe(false);
  expect(recent.meet('b', 60_000)).toBe(false);
  expect(recent.meet('a', 120_000)).toBe(true);
  expect(recent.meet('a', 120_001)).toBe(false);
  expect(recent.meet('b', 120_001)).toBe(true);
});

it('remembers so many, and forgets the one met first', () => {
  const recent = new RecentExchanges(3);
  for (const id of ['a', 'b', 'c']) recent.meet(id, 0);
  expect(recent.meet('d', 0)).toBe(false);
  expect(['c', 'd'].map((id) => recent.meet(id, 0))).toEqual([true, true]);
  expect(recent.meet('a', 0)).toBe(false);
});
