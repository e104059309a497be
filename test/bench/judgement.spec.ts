import { brokenPromises, goal } from './judgement.js';

const start = { firstSeconds: 40, secondSeconds: 6 };
const memory = { idleMiB: 700, afterLoadMiB: 900 };

it('finds every promise kept, however long the first start took', () => {
  expect(brokenPromises({ start, memory })).toEqual([]);
  expect(brokenPromises({ start: { ...start, secondSeconds: 14.9 }, memory: { ...memory, idleMiB: 1535 } })).toEqual(
    [],
  );
});

it.each([
  ['a second start of 15 s', { start: { ...start, secondSeconds: 15 }, memory }, ['the second start took 15.0 s']],
  ['1.5 GiB after load', { start, memory: { ...memory, afterLoadMiB: 1536 } }, ['all processes held 1536 MiB']],
  ['1.5 GiB before it', { start, memory: { ...memory, idleMiB: 1600 } }, ['all processes held 1600 MiB']],
  [
    'both',
    { start: { ...start, secondSeconds: 20 }, memory: { ...memory, idleMiB: 2000 } },
    ['the second start took 20.0 s', 'all processes held 2000 MiB'],
  ],
  [
    'memory that was not measured',
    { start, memory: { idleMiB: 0, afterLoadMiB: NaN } },
    ['idleMiB was', 'afterLoadMiB was'],
  ],
])('finds a promise broken by %s', (_, results, expected) => {
  const broken = brokenPromises(results);
  expect(broken).toHaveLength(expected.length);
  for (const [at, beginning] of expected.entries()) expect(broken[at]).toMatch(new RegExp(`^${beginning}`));
});

it('says of a goal whether it was met', () => {
  expect([goal('0.5', true), goal('0.5', false)]).toEqual(['0.5: met', '0.5: missed']);
});
