import { fieldTypes, type FieldType } from './field-type.js';
import { fits } from './fits.js';
import { transform, type Transform } from './transform.js';

const EVERY = fieldTypes;

const table: readonly (readonly [string, Transform, readonly FieldType[]])[] = [
  ['clear', { kind: 'clear' }, EVERY],
  ['omit', { kind: 'omit' }, EVERY],
  ['mask', { kind: 'mask', keepStart: 1, keepEnd: 1 }, ['string']],
  ['truncate-text', { kind: 'truncate-text', characters: 3 }, ['string']],
  ['truncate', { kind: 'truncate', to: 'month' }, ['date', 'timestamp']],
  ['generalise by 10', { kind: 'generalise', step: 10 }, ['integer', 'decimal']],
  ['generalise by 1, which hides nothing of an integer', { kind: 'generalise', step: 1 }, ['decimal']],
  ['generalise by 0.5', { kind: 'generalise', step: 0.5 }, ['decimal']],
  [
    'pseudonymise, not where two values tell all',
    { kind: 'pseudonymise' },
    ['string', 'integer', 'decimal', 'date', 'timestamp'],
  ],
];

it.each(table)('%s', (_name, one, types) => {
  expect(fieldTypes.filter((type) => fits(one, type))).toEqual(types);
});

it.each([0, -1, 1e-7, 1.0000001, 1e10, Number.POSITIVE_INFINITY, Number.NaN])(
  'no agreement has the step %d',
  (step) => {
    expect(transform.safeParse({ kind: 'generalise', step }).success).toBe(false);
  },
);

it.each([1e-6, 0.1, 0.25, 1_234.567891, 999_999_999.999999, 1e9])('an agreement may have the step %d', (step) => {
  expect(transform.safeParse({ kind: 'generalise', step }).success).toBe(true);
});
