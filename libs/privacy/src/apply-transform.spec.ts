import { createSecretKey } from 'node:crypto';
import { applyTransform } from './apply-transform.js';
import { fieldTypes, type FieldType, type Value } from './field-type.js';
import { fits } from './fits.js';
import { PrivacyError } from './privacy-error.js';
import { pseudonym } from './pseudonym.js';
import type { Transform } from './transform.js';

const context = { pseudonymKey: createSecretKey(Buffer.alloc(32, 1)) };
const released = (value: Value, type: FieldType, transform: Transform) =>
  applyTransform(value, type, transform, context);
const mask = (keepStart: number, keepEnd: number): Transform => ({ kind: 'mask', keepStart, keepEnd });
const generalise = (step: number): Transform => ({ kind: 'generalise', step });
const year: Transform = { kind: 'truncate', to: 'year' };
const month: Transform = { kind: 'truncate', to: 'month' };
const pseudonymise: Transform = { kind: 'pseudonymise' };

const everyTransform: readonly Transform[] = [
  { kind: 'clear' },
  mask(1, 1),
  year,
  { kind: 'truncate-text', characters: 2 },
  generalise(10),
  pseudonymise,
];

describe('clear', () => {
  it.each([['张三', 'string'] as const, [7, 'integer'] as const, [true, 'boolean'] as const])(
    'leaves %j as it is',
    (value, type) => {
      expect(released(value, type, { kind: 'clear' })).toBe(value);
    },
  );
});

describe('truncate-text', () => {
  it.each([
    ['𠮷野家和光市', 2, '𠮷野'],
    ['abc', 3, 'abc'],
    ['abc', 9, 'abc'],
  ])('makes of %s its first %d', (text, characters, truncated) => {
    expect(released(text, 'string', { kind: 'truncate-text', characters })).toBe(truncated);
  });
});

describe('truncate', () => {
  it('leaves of a date its year or its month', () => {
    expect(released('1988-07-21', 'date', year)).toBe('1988');
    expect(released('1988-07-21', 'date', month)).toBe('1988-07');
  });

  it('leaves of a timestamp its year or its month in UTC, in which timestamps are answered', () => {
    expect(released('2026-01-01T00:30:00+08:00', 'timestamp', year)).toBe('2025');
    expect(released('2026-01-01T00:30:00+08:00', 'timestamp', month)).toBe('2025-12');
    expect(released('2026-03-01T00:00:00Z', 'timestamp', month)).toBe('2026-03');
  });
});

describe('generalise', () => {
  it.each([
    [37, 'integer', 10, '[30,40)'],
    [30, 'integer', 10, '[30,40)'],
    [0, 'integer', 10, '[0,10)'],
    [-1, 'integer', 10, '[-10,0)'],
    [-10, 'integer', 10, '[-10,0)'],
    ['9007199254740993', 'integer', 2, '[9007199254740992,9007199254740994)'],
    ['-9223372036854775808', 'integer', 1000, '[-9223372036854776000,-9223372036854775000)'],
    ['0.30', 'decimal', 0.1, '[0.3,0.4)'],
    ['0.3', 'decimal', 0.1, '[0.3,0.4)'],
    ['-0.3', 'decimal', 0.1, '[-0.3,-0.2)'],
    ['-0.00', 'decimal', 0.5, '[0,0.5)'],
    ['1.999999999999999999999', 'decimal', 0.5, '[1.5,2)'],
    ['12345678901234567890.55', 'decimal', 1000, '[12345678901234567000,12345678901234568000)'],
  ] as const)('makes of %s, a %s, by %d the range %s', (value, type, step, range) => {
    expect(released(value, type, generalise(step))).toBe(range);
  });
});

describe('pseudonymise', () => {
  it.each([
    ['1.5', '1.50', 'decimal'],
    ['0', '-0.0', 'decimal'],
    [7, '7', 'integer'],
    ['2026-03-01T00:00:00Z', '2026-03-01T08:00:00.000+08:00', 'timestamp'],
  ] as const)('gives %j and %j, which are one %s, the same pseudonym', (a, b, type) => {
    expect(released(a, type, pseudonymise)).toBe(released(b, type, pseudonymise));
  });

  it('is the keyed hash of the value', () => {
    expect(released('张三', 'string', pseudonymise)).toBe(pseudonym(context.pseudonymKey, '张三'));
    expect(released('2026-03-01', 'date', pseudonymise)).toBe(pseudonym(context.pseudonymKey, '2026-03-01'));
  });
});

it('leaves null as null, whatever the transform and the type', () => {
  for (const type of fieldTypes) {
    for (const one of everyTransform.filter((transform) => fits(transform, type))) {
      expect(released(null, type, one)).toBeNull();
    }
  }
});

it('never releases an omitted field, not even that it is null', () => {
  for (const value of ['x', null]) {
    expect(() => released(value, 'string', { kind: 'omit' })).toThrow(/^FIELD_OMITTED: /);
  }
});

it('refuses every transform on every type that it does not fit', () => {
  for (const type of fieldTypes) {
    for (const one of everyTransform.filter((transform) => !fits(transform, type))) {
      expect(() => released(null, type, one)).toThrow(/^TRANSFORM_UNFIT: /);
    }
  }
});

it('refuses a step that is written with an exponent', () => {
  expect(() => released('1', 'decimal', generalise(1e-7))).toThrow(/^TRANSFORM_UNFIT: /);
});

it.each([
  ['string', 5, mask(1, 1)],
  ['integer', 'abc', generalise(10)],
  ['integer', '1.0', generalise(10)],
  ['integer', 1.5, generalise(10)],
  ['integer', 2 ** 53, generalise(10)],
  ['integer', true, pseudonymise],
  ['decimal', 1.5, generalise(10)],
  ['decimal', '1e3', generalise(10)],
  ['date', '2026-02-30', year],
  ['timestamp', '2026-03-01', year],
] as const)('releases nothing of a value that is no %s, and does not repeat it: %j', (type, value, transform) => {
  const attempt = () => released(value, type, transform);
  expect(attempt).toThrow(new PrivacyError('VALUE_UNFIT', `the value is no ${type}`));
});
