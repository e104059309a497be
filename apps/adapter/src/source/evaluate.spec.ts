import type { Condition } from '#exchange/exchange-request.js';
import type { Field } from '#policy/resource.js';
import type { Value } from '#privacy/field-type.js';
import { evaluate } from './evaluate.js';
import type { Order, ScopedQuery } from './source.js';

const title = { zh: '值', en: 'Value' };
const ofType = (type: Field['type']) => ({
  fields: { id: { type: 'integer', title, operators: [] }, value: { type, title, operators: [] } } as Record<
    string,
    Field
  >,
});

function answer(type: Field['type'], values: readonly Value[], changes: Partial<ScopedQuery>): Value[] {
  const query: ScopedQuery = { resource: 'a/b', columns: ['value'], where: [], order: [], limit: 100, ...changes };
  const rows = values.map((value, id) => ({ id, value }));
  return evaluate(query, rows, ofType(type)).map(([value]) => value ?? null);
}
const matching = (type: Field['type'], values: readonly Value[], condition: Omit<Condition, 'field'>) =>
  answer(type, values, { where: [{ field: 'value', ...condition } as Condition] });
const sorted = (type: Field['type'], values: readonly Value[], direction: 'asc' | 'desc') =>
  answer(type, values, { order: [{ field: 'value', direction, tieBreak: false }] });

it.each<[Field['type'], Omit<Condition, 'field'>, Value[]]>([
  ['integer', { op: 'lt', value: 10 }, [9]],
  ['integer', { op: 'gt', value: '9007199254740992' }, ['9007199254740993']],
  ['decimal', { op: 'eq', value: '0.1' }, ['0.1']],
  ['date', { op: 'between', value: ['2024-01-01', '2024-12-31'] }, ['2024-02-29']],
  ['timestamp', { op: 'gt', value: '2024-01-01T00:00:00Z' }, ['2024-01-01T00:00:00.5Z']],
  ['boolean', { op: 'eq', value: false }, [false]],
  ['string', { op: 'prefix', value: '张' }, ['张三']],
  ['string', { op: 'in', value: ['a', 'z'] }, ['a']],
])('a %s meets %j or does not, and a null never does', (type, condition, expected) => {
  const values: Record<Field['type'], Value[]> = {
    integer: [9, 10, '9007199254740993', null],
    decimal: ['0.1', '0.10000000000000001', null],
    date: ['2023-12-31', '2024-02-29', '2025-01-01', null],
    timestamp: ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.5Z', null],
    boolean: [true, false, null],
    string: ['a', 'A', 'a ', '张三', '李四', null],
  };
  expect(matching(type, values[type], condition)).toEqual(expected);
});

it('orders numbers by size, texts by code point and nulls as the greatest', () => {
  expect(sorted('integer', [10, null, 9, '-9007199254740993'], 'asc')).toEqual(['-9007199254740993', 9, 10, null]);
  expect(sorted('string', ['𠮷', null, '豈', 'b', 'B'], 'asc')).toEqual(['B', 'b', '豈', '𠮷', null]);
  expect(sorted('string', ['𠮷', null, '豈'], 'desc')).toEqual([null, '𠮷', '豈']);
});

it('goes on after a position, a null among them', () => {
  const order: Order[] = [
    { field: 'value', direction: 'asc', tieBreak: false },
    { field: 'id', direction: 'asc', tieBreak: true },
  ];
  const after = (...place: Value[]) => answer('integer', [1, 2, null, null], { order, columns: ['id'], after: place });
  expect(after(1, 0)).toEqual([1, 2, 3]);
  expect(after(2, 1)).toEqual([2, 3]);
  expect(after(null, 2)).toEqual([3]);
  expect(after(null, 3)).toEqual([]);
});

it('gives no more rows than asked for', () => {
  expect(answer('integer', [1, 2, 3], { limit: 2 })).toEqual([1, 2]);
});
