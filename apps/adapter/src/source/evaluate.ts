import { createHash } from 'node:crypto';
import type { Condition } from '#exchange/exchange-request.js';
import { compareDecimals, parseDecimal } from '#privacy/decimal.js';
import type { FieldType, Value } from '#privacy/field-type.js';
import type { ReadableResource, Scatter, ScopedQuery, SourceRow } from './source.js';

/** A row by its fields' names. */
export type NamedRow = Readonly<Record<string, Value>>;

/** Answers a query from rows at hand, by the rules that every source keeps (see source.ts). Pure. */
export function evaluate(
  query: ScopedQuery,
  rows: readonly NamedRow[],
  resource: Pick<ReadableResource, 'fields'>,
): SourceRow[] {
  const typeOf = typesOf(resource);
  const byOrder = (a: readonly Value[], b: readonly Value[]): number => {
    for (const [index, { field, direction }] of query.order.entries()) {
      const difference = compareValues(a[index] ?? null, b[index] ?? null, typeOf(field));
      if (difference !== 0) return direction === 'asc' ? difference : -difference;
    }
    const last = query.order.length;
    return compareValues(a[last] ?? null, b[last] ?? null, 'string');
  };
  const { after, scatter } = query;
  const digestOf = (row: NamedRow): readonly Value[] => (scatter === undefined ? [] : [scattered(row, scatter)]);
  return rows
    .filter((row) => meetsAll(query.where, row, resource))
    .map((row) => ({ row, place: [...query.order.map(({ field }) => row[field] ?? null), ...digestOf(row)] }))
    .filter(({ place }) => after === undefined || byOrder(place, after) > 0)
    .sort((a, b) => byOrder(a.place, b.place))
    .slice(0, query.limit)
    .map(({ row, place }) => [...query.columns.map((field) => row[field] ?? null), ...place.slice(query.order.length)]);
}

/** Whether every condition holds for the row, of which nothing but the fields that they name is looked at. */
export function meetsAll(
  where: readonly Condition[],
  row: NamedRow,
  resource: Pick<ReadableResource, 'fields'>,
): boolean {
  const typeOf = typesOf(resource);
  return where.every((condition) => holds(condition, row[condition.field] ?? null, typeOf));
}

function typesOf({ fields }: Pick<ReadableResource, 'fields'>) {
  return (field: string): FieldType => fields[field]?.type ?? 'string';
}

function scattered(row: NamedRow, { fields, salt }: Scatter): string {
  return fields.reduce((before, field) => {
    return createHash('sha256')
      .update(`${before}${String(row[field])}`)
      .digest('hex');
  }, salt);
}

function holds(condition: Condition, value: Value, typeOf: (field: string) => FieldType): boolean {
  if (value === null) return false;
  const compare = (other: Value) => compareValues(value, other, typeOf(condition.field));
  switch (condition.op) {
    case 'eq':
      return compare(condition.value) === 0;
    case 'in':
      return condition.value.some((one) => compare(one) === 0);
    case 'lt':
      return compare(condition.value) < 0;
    case 'lte':
      return compare(condition.value) <= 0;
    case 'gt':
      return compare(condition.value) > 0;
    case 'gte':
      return compare(condition.value) >= 0;
    case 'between':
      return compare(condition.value[0]) >= 0 && compare(condition.value[1]) <= 0;
    case 'prefix':
      return String(value).startsWith(condition.value);
  }
}

/** The order of the type, and null the greatest. */
function compareValues(a: Value, b: Value, type: FieldType): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  switch (type) {
    case 'integer':
    case 'decimal':
      return compareNumbers(String(a), String(b));
    case 'boolean':
      return Number(a) - Number(b);
    case 'timestamp':
      // Without its Z the text of a later instant is the greater.
      return compareTexts(String(a).replace('Z', ''), String(b).replace('Z', ''));
    case 'date':
    case 'string':
      return compareTexts(String(a), String(b));
  }
}

function compareNumbers(a: string, b: string): number {
  const [x, y] = [parseDecimal(a), parseDecimal(b)];
  if (x === undefined || y === undefined) throw new RangeError('a number that is not in its canonical form');
  return compareDecimals(x, y);
}

/** By code point. The order of JavaScript is by UTF-16 unit, where 𠮷 comes before 豈. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
