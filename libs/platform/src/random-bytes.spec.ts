import { randomBytes } from './random-bytes.js';

it('gives bytes that nobody had before, over many draws', () => {
  const given = Array.from({ length: 10_000 }, () => randomBytes(32).toString('hex'));
  expect(new Set(given).size).toBe(given.length);
  expect(given.every((hex) => hex.length === 64)).toBe(true);
});

it('gives as many as are asked for, and what it gave stays', () => {
  const [first, second, all] = [randomBytes(24), randomBytes(0), randomBytes(4096)];
  const kept = first.toString('hex');
  for (let draw = 0; draw < 100; draw += 1) randomBytes(4096);
  expect(first.toString('hex')).toBe(kept);
  expect([first.length, second.length, all.length]).toEqual([24, 0, 4096]);
  expect(() => randomBytes(4097)).toThrow(RangeError);
});

it('has no byte value that is rarer than chance makes it', () => {
  const counts = new Array<number>(256).fill(0);
  const draws = 2000;
  for (let draw = 0; draw < draws; draw += 1)
    for (const byte of randomBytes(256)) counts[byte] = (counts[byte] ?? 0) + 1;
  // 2,000 expected each, with a standard deviation of 45: eleven of them.
  expect(counts.every((count) => Math.abs(count - draws) < 500)).toBe(true);
});
