import { createSecretKey } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { releasedData } from '#exchange/answer.js';
import { fieldName } from '#exchange/names.js';
import type { Resource } from '#policy/resource.js';
import type { Value } from '#privacy/field-type.js';
import { aDecision, RESIDENTS } from '../../../../test/sources/residents.js';
import { readValue } from '../source/read-value.js';
import { releasedBytes } from './released-bytes.js';

const context = { pseudonymKey: createSecretKey(Buffer.alloc(32, 1)) };
const { obligations } = aDecision();

it('releases what is selected, transformed, and nothing that was read for another reason', () => {
  const columns = ['name', 'household_size', 'district', 'resident_id'];
  const rows = [['张三丰', 3, 'd1', '990101198807011234']];
  const selection = { resource: RESIDENTS, select: ['name', 'household_size'], obligations, columns };
  expect(releasedBytes(rows, undefined, selection, context).toString()).toBe(
    '{"rows":[{"household_size":3,"name":"张**"}]}',
  );
  expect(releasedBytes([], 'cursor', selection, context).toString()).toBe('{"next":"cursor","rows":[]}');
});

it('releases nothing of a field that is not granted', () => {
  const selection = { resource: RESIDENTS, select: ['mobile'], obligations, columns: ['mobile'] };
  expect(() => releasedBytes([['1']], undefined, selection, context)).toThrow('mobile is not granted');
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,3})?$/), {
  minLength: 1,
  maxLength: 8,
});
const values: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => readValue(text, 'string', '+00:00')),
  fc.string().map((text) => readValue(`${text}\ud800`, 'string', '+00:00')),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
);

it('writes canonical JSON, whatever the names and the values', () => {
  const table = names.chain((columns) =>
    fc.tuple(
      fc.constant(columns),
      fc.array(fc.array(values, { minLength: columns.length, maxLength: columns.length }), { maxLength: 5 }),
      fc.option(fc.base64String(), { nil: undefined }),
    ),
  );
  fc.assert(
    fc.property(table, ([columns, rows, next]) => {
      expect(columns.every((name) => fieldName.safeParse(name).success)).toBe(true);
      const field = RESIDENTS.fields.name;
      const resource: Resource = { ...RESIDENTS, fields: Object.fromEntries(columns.map((name) => [name, field])) };
      const fields = Object.fromEntries(columns.map((name) => [name, { kind: 'clear' as const }]));
      const selection = { resource, select: columns, obligations: { ...obligations, fields }, columns };
      const text = releasedBytes(rows, next, selection, context).toString('utf8');
      const parsed: unknown = JSON.parse(text);
      expect(canonicalize(parsed)).toBe(text);
      expect(releasedData.parse(parsed).rows).toEqual(
        rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
      );
    }),
  );
});
