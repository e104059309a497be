import { fieldTypes, type FieldType } from '#privacy/field-type.js';
import { isReversed, valueMismatch } from './check-value.js';

const fitting: Readonly<Record<FieldType, readonly (string | number | boolean)[]>> = {
  string: ['张三', '1', "'; DROP TABLE residents; --"],
  integer: [0, -1, Number.MAX_SAFE_INTEGER, '9007199254740992', '9223372036854775807', '-9223372036854775808'],
  decimal: ['0', '-0.5', '12.50', '12345678901234567890123456789012345678', '-0.1234567890123456789012345678901234567'],
  boolean: [true, false],
  date: ['2026-03-01', '2024-02-29'],
  timestamp: ['2026-03-01T08:00:00+08:00', '2026-03-01T00:00:00.123456Z'],
};

const unfitting: Readonly<Record<FieldType, readonly (string | number | boolean)[]>> = {
  string: [1, true],
  integer: [
    1.5,
    2 ** 53,
    true,
    'abc',
    '36',
    '9007199254740991',
    '9007199254740993.0',
    '9223372036854775808',
    '-9223372036854775809',
    '1e20',
    '1'.repeat(400),
  ],
  decimal: [12.5, 12, true, '1e3', '.5', '01', 'NaN', '1,5', '123456789012345678901234567890123456789'],
  boolean: ['true', 1, 0],
  date: ['2026-02-30', '2026-03-01T00:00:00Z', 20260301, '01/03/2026', true],
  timestamp: ['2026-03-01T08:00:00', '2026-03-01', '2026-02-30T00:00:00Z', 1_772_323_200, true],
};

describe.each(fieldTypes)('a field of type %s', (type) => {
  it.each(fitting[type])('takes %j', (value) => {
    expect(valueMismatch(value, type)).toBeUndefined();
  });

  it.each(unfitting[type])('does not take %j, and says what it takes', (value) => {
    expect(valueMismatch(value, type)).toMatch(/^must be /);
  });
});

it.each([
  ['integer', 9, 10, '9007199254740993'],
  ['decimal', '-1.5', '9.99', '10'],
  ['date', '2025-12-31', '2026-01-01', '2026-01-02'],
  ['timestamp', '2026-01-01T00:00:00+08:00', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z'],
] as const)('knows the order of each %s', (type, low, middle, high) => {
  const values = [low, middle, high];
  for (const [i, a] of values.entries()) {
    for (const [j, b] of values.entries()) expect(isReversed(a, b, type)).toBe(i > j);
  }
});

it('leaves the order of texts to the collation of their source', () => {
  expect(isReversed('b', 'A', 'string')).toBe(false);
  expect(isReversed('A', 'b', 'string')).toBe(false);
});

it('knows no order of what is not of the type', () => {
  expect(isReversed('x', 'a', 'integer')).toBe(false);
  expect(isReversed('1', 'a', 'decimal')).toBe(false);
  expect(isReversed('x', 'a', 'timestamp')).toBe(false);
});
