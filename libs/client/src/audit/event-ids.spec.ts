import { createHash } from 'node:crypto';
import { EventIds } from './event-ids.js';

/** A UUID of its own for each number, unlike its neighbours. */
const id = (number: number) => {
  const hex = createHash('sha256').update(String(number)).digest('hex');
  return [8, 4, 4, 4, 12].map((length, at) => hex.slice(at * 12, at * 12 + length)).join('-');
};

describe('the ids of a log’s events', () => {
  it('give the first index of an event that comes again, whatever its number', () => {
    const ids = new EventIds(100_000, 1);
    for (let at = 0; at < 20_000; at += 1) expect(ids.add(id(at), 'a', at + 2 ** 40)).toBeUndefined();
    for (let at = 0; at < 20_000; at += 1) expect(ids.add(id(at), 'a', 1)).toBe(at + 2 ** 40);
    expect(ids.hasForgotten).toBe(false);
  });

  it('keep the events of one id apart by their types', () => {
    const ids = new EventIds(10, 1);
    expect(ids.add(id(1), 'decided', 0)).toBeUndefined();
    expect(ids.add(id(1), 'released', 1)).toBeUndefined();
    expect(ids.add(id(1), 'decided', 2)).toBe(0);
    expect(ids.add(id(1), 'released', 3)).toBe(1);
  });

  it('tell ids apart that differ in one digit', () => {
    const ids = new EventIds(1000, 1);
    const zero = '00000000-0000-0000-0000-000000000000';
    const others = [...zero.matchAll(/0/g)].map(({ index }) => `${zero.slice(0, index)}f${zero.slice(index + 1)}`);
    for (const [at, one] of [zero, ...others].entries()) expect(ids.add(one, 'a', at)).toBeUndefined();
  });

  it('forget the oldest, and say so', () => {
    const ids = new EventIds(50, 1);
    for (let at = 0; at < 100; at += 1) ids.add(id(at), 'a', at);
    expect(ids.hasForgotten).toBe(false);
    expect(ids.add(id(0), 'a', 100)).toBe(0);
    ids.add(id(100), 'a', 100);
    expect(ids.hasForgotten).toBe(true);
    expect(ids.add(id(51), 'a', 101)).toBe(51);
    expect(ids.add(id(0), 'a', 102)).toBeUndefined();
  });

  it('take a great number of types for one after a thousand', () => {
    const ids = new EventIds(10_000, 1);
    for (let at = 0; at < 2000; at += 1) expect(ids.add(id(at), `type ${at}`, at)).toBeUndefined();
    expect(ids.add(id(3), 'type 3', 0)).toBe(3);
  });
});
