import { readTortureArguments } from './torture-arguments.js';

it('reads what is asked for', () => {
  const args = ['--rounds', '1000', '--transport', 'kafka', '--seed', '7', '--json', 'report.json'];
  expect(readTortureArguments(args)).toEqual({
    ...{ rounds: 1000, transport: 'kafka', seed: 7, json: 'report.json', help: false },
  });
});

it('runs thirty rounds on what there is unless it is told otherwise', () => {
  expect(readTortureArguments([])).toEqual({ rounds: 30, help: false });
});

it.each([['--rounds', '0'], ['--rounds', 'x'], ['--transport', 'pigeon'], ['--seed', '-1'], ['--speed'], ['1000']])(
  'says what is wrong with %s %s',
  (...args) => {
    expect(() => readTortureArguments(args)).toThrow();
  },
);
