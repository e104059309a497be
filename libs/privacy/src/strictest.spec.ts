import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { applyTransform } from './apply-transform.js';
import { fieldTypes, type FieldType, type Value } from './field-type.js';
import { fits } from './fits.js';
import { strictest } from './strictest.js';
import type { Transform } from './transform.js';

const context = { pseudonymKey: createSecretKey(Buffer.alloc(32, 1)) };
const clear: Transform = { kind: 'clear' };
const omit: Transform = { kind: 'omit' };
const pseudonymise: Transform = { kind: 'pseudonymise' };
/** Without `wholeBelow` where it adds nothing: so two masks that show the same are the same. */
const mask = (keepStart: number, keepEnd: number, wholeBelow = 0): Transform => {
  const adds = keepStart + keepEnd > 0 && wholeBelow > Math.ceil((3 * (keepStart + keepEnd)) / 2);
  return { kind: 'mask', keepStart, keepEnd, ...(adds && { wholeBelow }) };
};
const start = (characters: number): Transform => ({ kind: 'truncate-text', characters });
const to = (unit: 'year' | 'month'): Transform => ({ kind: 'truncate', to: unit });
const ranges = (step: number): Transform => ({ kind: 'generalise', step });

describe('two transforms come to', () => {
  it.each<[string, Transform, Transform, Transform]>([
    ['the other one where one is clear', clear, mask(1, 1), mask(1, 1)],
    ['omit where one is omit', omit, clear, omit],
    ['omit where one is omit and the other hides something else', omit, mask(1, 1), omit],
    ['the mask that keeps what both keep, of values that both show', mask(3, 0), mask(1, 4), mask(1, 0, 8)],
    ['the mask that keeps what both keep, where one says from which length', mask(2, 0, 9), mask(1, 1), mask(1, 0, 9)],
    ['the mask that keeps nothing', mask(3, 0), mask(0, 4), mask(0, 0)],
    ['the shorter text', start(5), start(2), start(2)],
    ['the year', to('month'), to('year'), to('year')],
    ['the month where both say month', to('month'), to('month'), to('month')],
    ['the wider range where it is made of the narrower', ranges(10), ranges(30), ranges(30)],
    ['the range that is made of both', ranges(10), ranges(15), ranges(30)],
    ['the range that is made of both, of decimals', ranges(0.1), ranges(0.25), ranges(0.5)],
    ['omit where that range would be too wide to write', ranges(999_999_937), ranges(999_999_929), omit],
    ['omit where a step is written with an exponent', ranges(1e-7), ranges(1), omit],
    ['a pseudonym where both say so', pseudonymise, pseudonymise, pseudonymise],
    ['omit where a pseudonym meets a mask: neither tells the other', pseudonymise, mask(1, 1), omit],
    ['omit where a pseudonym meets a range', ranges(10), pseudonymise, omit],
    ['omit where a pseudonym meets a truncated date', to('year'), pseudonymise, omit],
    ['omit where a pseudonym meets a truncated text', start(2), pseudonymise, omit],
    ['omit where a mask meets what is for another type', mask(1, 1), ranges(10), omit],
    ['omit where a mask, which tells the length, meets a truncated text', mask(2, 4), start(5), omit],
  ])('%s', (_rule, a, b, both) => {
    expect(strictest(a, b)).toEqual(both);
    expect(strictest(b, a)).toEqual(both);
  });
});

const anyTransform: fc.Arbitrary<Transform> = fc.oneof(
  fc.constantFrom(clear, omit, pseudonymise, to('year'), to('month')),
  fc.tuple(fc.nat(3), fc.nat(3), fc.nat(7)).map(([keepStart, keepEnd, below]) => mask(keepStart, keepEnd, below)),
  fc.integer({ min: 1, max: 3 }).map(start),
  fc.constantFrom(0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 999_999_937, 1e9).map(ranges),
);

/** All of them, so that no two values that a transform tells apart are missed. */
const values: Readonly<Record<FieldType, readonly Value[]>> = {
  string: texts(['a', '𠮷', '*'], 6),
  integer: Array.from({ length: 121 }, (_, index) => index - 60),
  decimal: Array.from({ length: 121 }, (_, index) => ((index - 60) / 20).toFixed(2)),
  boolean: [true, false],
  date: ['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'],
  timestamp: ['2025-12-31T15:59:59Z', '2026-01-01T00:00:00+08:00', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
};

describe('combined transforms', () => {
  it('never tell apart two values that either transform does not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fieldTypes), anyTransform, anyTransform, (type, a, b) => {
        fc.pre(fits(a, type) && fits(b, type));
        const both = strictest(a, b);
        expect(fits(both, type)).toBe(true);
        for (const one of [a, b]) expectNoMoreTold(both, one, type);
      }),
    );
  });

  it('are the same in every order and however often one is repeated', () => {
    fc.assert(
      fc.property(anyTransform, anyTransform, anyTransform, (a, b, c) => {
        expect(strictest(a, b)).toEqual(strictest(b, a));
        expect(strictest(strictest(a, b), c)).toEqual(strictest(a, strictest(b, c)));
        expect(strictest(a, a)).toEqual(a);
        expect(strictest(a, strictest(a, b))).toEqual(strictest(a, b));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Whatever `looser` shows of a value, all values that look like it there look alike under `stricter`. */
function expectNoMoreTold(stricter: Transform, looser: Transform, type: FieldType): void {
  const shown = new Map<Value, Value>();
  for (const value of values[type]) {
    const before = seen(value, type, looser);
    const after = seen(value, type, stricter);
    if (!shown.has(before)) shown.set(before, after);
    expect(shown.get(before)).toBe(after);
  }
}

function seen(value: Value, type: FieldType, transform: Transform): Value {
  return transform.kind === 'omit' ? null : applyTransform(value, type, transform, context);
}

function texts(alphabet: readonly string[], longest: number): readonly string[] {
  if (longest === 0) return [''];
  const shorter = texts(alphabet, longest - 1);
  return [...new Set([...shorter, ...shorter.flatMap((text) => alphabet.map((letter) => `${text}${letter}`))])];
}
