import { sql } from 'kysely';
import type { FieldType } from '#privacy/field-type.js';
import { postgresCompiler, type Fragment, type SqlDialect } from '../sql/sql-dialect.js';

/** The types of the views over the files: see file-view.ts. Times are in UTC there. */
export const viewTypes: Readonly<Record<FieldType, Fragment>> = {
  string: sql`varchar`,
  integer: sql`bigint`,
  decimal: sql`decimal(38, 18)`,
  boolean: sql`boolean`,
  date: sql`date`,
  timestamp: sql`timestamp`,
};

/** DuckDB takes PostgreSQL's grammar. Its texts are compared by byte, which for UTF-8 is by code point. */
export const duckdbDialect: SqlDialect = {
  compiler: postgresCompiler(),
  output: (column) => sql`cast(${column} as varchar)`,
  ordered: (column) => column,
  orderedValue: (slot, type) => duckdbDialect.value(slot, type),
  value: (slot, type) => sql`cast(${slot} as ${viewTypes[type]})`,
  equals: (column, slot, type) => sql`${column} = ${duckdbDialect.value(slot, type)}`,
  oneOf: (column, slots, _, type) =>
    sql`${column} in (${sql.join(slots.map((slot) => duckdbDialect.value(slot, type)))})`,
  matches: (column, slot) => sql`${column} like cast(${slot} as varchar) escape '!'`,
  order: (ordered, direction) =>
    direction === 'asc' ? [sql`${ordered} asc nulls last`] : [sql`${ordered} desc nulls first`],
  digest: (before, column) => sql`sha256(cast(${before} as varchar) || cast(${column} as varchar))`,
  encode: (value, type) => {
    if (value === null) return null;
    return type === 'timestamp' ? String(value).replace('T', ' ').replace('Z', '') : String(value);
  },
};
