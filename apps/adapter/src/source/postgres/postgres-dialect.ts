import { sql } from 'kysely';
import type { FieldType } from '#privacy/field-type.js';
import { postgresCompiler, type Fragment, type SqlDialect } from '../sql/sql-dialect.js';

/**
 * Parameters are cast, so that `int4 = 5000000000` is false and not an error, and so that text compares as text.
 *
 * Equality of texts is asked twice. Uncast, the value takes the column's own type, char(n), uuid and citext included: the
 * index serves that, and to that type `a ` or `A` may equal `a`. Then as text, where nothing equals but the same bytes.
 */
const castTo: Readonly<Record<Exclude<FieldType, 'string'>, { readonly one: Fragment; readonly many: Fragment }>> = {
  integer: { one: sql`bigint`, many: sql`bigint[]` },
  decimal: { one: sql`numeric`, many: sql`numeric[]` },
  boolean: { one: sql`boolean`, many: sql`boolean[]` },
  date: { one: sql`date`, many: sql`date[]` },
  timestamp: { one: sql`timestamptz`, many: sql`timestamptz[]` },
};

/** As a release writes it, compared by its bytes. */
const bytesOf = (column: Fragment): Fragment => sql`cast(${column} as text) collate "C"`;

export const postgresDialect: SqlDialect = {
  compiler: postgresCompiler(),
  output: (column, type) => (type === 'string' ? sql`cast(${column} as text)` : column),
  ordered: (column, type) => (type === 'string' ? bytesOf(column) : column),
  orderedValue: (slot, type) => (type === 'string' ? sql`cast(${slot} as text)` : postgresDialect.value(slot, type)),
  value: (slot, type) => (type === 'string' ? sql`${slot}` : sql`cast(${slot} as ${castTo[type].one})`),
  equals: (column, slot, type) =>
    type === 'string'
      ? sql`(${column} = ${slot} and ${bytesOf(column)} = cast(${slot} as text))`
      : sql`${column} = ${postgresDialect.value(slot, type)}`,
  oneOf: (column, _, list, type) =>
    type === 'string'
      ? sql`(${column} = any(${list}) and ${bytesOf(column)} = any(cast(${list} as text[])))`
      : sql`${column} = any(cast(${list} as ${castTo[type].many}))`,
  matches: (column, slot) => sql`${bytesOf(column)} like cast(${slot} as text) escape '!'`,
  order: (ordered, direction) =>
    direction === 'asc' ? [sql`${ordered} asc nulls last`] : [sql`${ordered} desc nulls first`],
  digest: (before, column) =>
    sql`encode(sha256(convert_to(cast(${before} as text) || cast(${column} as text), 'UTF8')), 'hex') collate "C"`,
  encode: (value) => (value === null ? null : String(value)),
};
