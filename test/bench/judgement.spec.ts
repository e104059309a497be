import { atLeast, brokenPromises, under } from './judgement.js';

const start = { firstSeconds: 40, secondSeconds: 14.9 };
const memory = { idleMiB: 1535, afterLoadMiB: 900 };

it('finds every promise kept, however long the first start took', () => {
  expect(brokenPromises({ start, memory })).toEqual([]);
});

it.each([
  ['a second start of 15 s', { secondSeconds: 15 }, {}, ['seconds of the second start: 15.0']],
  ['1.5 GiB after load', {}, { afterLoadMiB: 1536 }, ['MiB of all processes, after load: 1536.0']],
  ['1.5 GiB before it', {}, { idleMiB: 1600 }, ['MiB of all processes, idle: 1600.0']],
  [
    'what was not measured',
    { secondSeconds: NaN },
    { idleMiB: 0 },
    ['seconds of the second start: NaN', 'MiB of all processes, idle: 0.0'],
  ],
])('finds a promise broken by %s', (_, ofStart, ofMemory, expected) => {
  const broken = brokenPromises({ start: { ...start, ...ofStart }, memory: { ...memory, ...ofMemory } });
  expect(broken.map((line) => line.split(', and under ')[0])).toEqual(expected);
});

it('says of a goal whether it was met', () => {
  expect([atLeast(0.5, 0.5), atLeast(0.49, 0.5)]).toEqual(['at least 0.5: met', 'at least 0.5: missed']);
  expect([under(14.9, 15, 'ms'), under(15, 15, 'ms')]).toEqual(['under 15 ms: met', 'under 15 ms: missed']);
});
