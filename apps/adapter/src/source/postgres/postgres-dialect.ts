import { sql } from 'kysely';
import type { FieldType } from '#privacy/field-type.js';
import { postgresCompiler, type Fragment, type SqlDialect } from '../sql/sql-dialect.js';

/**
 * Parameters are cast, so that `int4 = 5000000000` is false and not an error, and so that text compares as text. A text
 * that is compared for equality is not cast: its type is then the column's own, char(n) and uuid included, whose index
 * would not serve another type.
 */
const castTo: Readonly<Record<Exclude<FieldType, 'string'>, { readonly one: Fragment; readonly many: Fragment }>> = {
  integer: { one: sql`bigint`, many: sql`bigint[]` },
  decimal: { one: sql`numeric`, many: sql`numeric[]` },
  boolean: { one: sql`boolean`, many: sql`boolean[]` },
  date: { one: sql`date`, many: sql`date[]` },
  timestamp: { one: sql`timestamptz`, many: sql`timestamptz[]` },
};

export const postgresDialect: SqlDialect = {
  compiler: postgresCompiler(),
  output: (column, type) => (type === 'string' ? sql`cast(${column} as text)` : column),
  ordered: (column, type) => (type === 'string' ? sql`cast(${column} as text) collate "C"` : column),
  orderedValue: (slot, type) => (type === 'string' ? sql`cast(${slot} as text)` : postgresDialect.value(slot, type)),
  value: (slot, type) => (type === 'string' ? sql`${slot}` : sql`cast(${slot} as ${castTo[type].one})`),
  equals: (column, slot, type) => sql`${column} = ${postgresDialect.value(slot, type)}`,
  oneOf: (column, _, list, type) =>
    type === 'string' ? sql`${column} = any(${list})` : sql`${column} = any(cast(${list} as ${castTo[type].many}))`,
  matches: (column, slot) => sql`cast(${column} as text) like cast(${slot} as text) escape '!'`,
  order: (ordered, direction) =>
    direction === 'asc' ? [sql`${ordered} asc nulls last`] : [sql`${ordered} desc nulls first`],
  digest: (before, column) =>
    sql`encode(sha256(convert_to(cast(${before} as text) || cast(${column} as text), 'UTF8')), 'hex') collate "C"`,
  encode: (value) => (value === null ? null : String(value)),
};
