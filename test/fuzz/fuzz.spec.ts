import type { FuzzTarget } from './fuzz-target.js';
import { casesOf, inputOf, runCase } from './fuzz.js';
import { mutate } from './mutate.js';
import { randomOf } from './random.js';
import { targets } from './targets.js';

const INPUTS = 6000;
const SEED = 1;

describe('what strangers send', () => {
  it.each(casesOf(targets, INPUTS).map(([target, cases]) => [target.name, target, cases] as const))(
    'as %s is read or refused, and nothing forged is accepted',
    async (_, target, cases) => {
      for (let number = 0; number < cases; number += 1) expect(await runCase(target, SEED, number)).toBeUndefined();
    },
  );

  it.each(targets.map((target) => [target.name, target] as const))(
    'may be a valid %s',
    async (_, { samples, check }) => {
      for (const sample of samples) await check(sample);
    },
  );
});

describe('the fuzzing itself', () => {
  const fails: FuzzTarget = {
    name: 'one that breaks',
    samples: [Buffer.from('index 12\nline\n')],
    check: (input) => {
      if (input.includes('index 012')) throw new TypeError('broken');
    },
  };

  it('finds what breaks, and the same case again by its number', async () => {
    let found: number | undefined;
    for (let number = 0; found === undefined && number < 5000; number += 1) {
      if ((await runCase(fails, 3, number)) !== undefined) found = number;
    }
    const failure = await runCase(fails, 3, found!);
    expect(failure).toMatchObject({ target: 'one that breaks', seed: 3, number: found });
    expect(failure!.input).toEqual(inputOf(fails, 3, found!));
    expect(failure!.error).toBeInstanceOf(TypeError);
  });

  it('has other inputs for other seeds', () => {
    const inputs = (seed: number) => Array.from({ length: 50 }, (_, number) => inputOf(fails, seed, number).toString());
    expect(inputs(1)).toEqual(inputs(1));
    expect(inputs(1)).not.toEqual(inputs(2));
  });

  it('changes inputs in many ways, and leaves some', () => {
    const whole = Buffer.from('old 12\nAAAA\nBBBB\n\nnote\n');
    const changed = Array.from({ length: 2000 }, (_, number) => mutate(whole, randomOf(9, number)).toString('latin1'));
    expect(new Set(changed).size).toBeGreaterThan(1000);
    expect(changed).toContain(whole.toString('latin1'));
    expect(changed.some((one) => one.startsWith('old 012\n'))).toBe(true);
    expect(changed.some((one) => one.includes('AAAA\nAAAA'))).toBe(true);
  });

  it('gives slow targets fewer of the inputs, and all of them some', () => {
    const [usual, slow] = casesOf([fails, { ...fails, share: 10 }], 1100);
    expect([usual?.[1], slow?.[1]]).toEqual([1000, 100]);
  });
});
