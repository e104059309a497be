import { sql } from 'kysely';
import type { FieldType } from '#privacy/field-type.js';
import { mysqlCompiler, type Fragment, type SqlDialect } from '../sql/sql-dialect.js';
import type { Slot } from '../sql/statement.js';
import { localTime } from './local-time.js';

const castTo: Readonly<Record<Exclude<FieldType, 'string'>, Fragment>> = {
  integer: sql`signed`,
  decimal: sql`decimal(38, 18)`,
  boolean: sql`signed`,
  date: sql`date`,
  timestamp: sql`datetime(6)`,
};

/** The bytes of a text in UTF-8: the order of code points, with case, accents and blanks at the end told apart. */
const bytesOf = (column: Fragment): Fragment => sql`cast(convert(${column} using utf8mb4) as binary)`;
const valueBytes = (slot: Slot): Fragment => sql`cast(${slot} as binary)`;

/**
 * MySQL and MariaDB compare texts by a collation that calls `a`, `A` and `a ` equal. So `eq` and `in` ask twice: in the
 * column's own collation, which its index serves and which finds all that is equal, and then byte by byte.
 */
export function mysqlDialect(utcOffset: string): SqlDialect {
  const value = (slot: Slot, type: FieldType): Fragment =>
    type === 'string' ? sql`${slot}` : sql`cast(${slot} as ${castTo[type]})`;
  const orderedValue = (slot: Slot, type: FieldType) => (type === 'string' ? valueBytes(slot) : value(slot, type));
  return {
    compiler: mysqlCompiler(),
    output: (column, type) => {
      if (type === 'string') return sql`convert(${column} using utf8mb4)`;
      // A bit(1) is a byte; added to nothing it is a number.
      return type === 'boolean' ? sql`cast(${column} + 0 as char)` : sql`cast(${column} as char)`;
    },
    ordered: (column, type) => (type === 'string' ? bytesOf(column) : column),
    orderedValue,
    value,
    equals: (column, slot, type) =>
      type === 'string'
        ? sql`(${column} = ${slot} and ${bytesOf(column)} = ${valueBytes(slot)})`
        : sql`${column} = ${value(slot, type)}`,
    oneOf: (column, slots, _, type) => {
      const list = sql`${column} in (${sql.join(slots.map((slot) => value(slot, type)))})`;
      return type === 'string'
        ? sql`(${list} and ${bytesOf(column)} in (${sql.join(slots.map(valueBytes))}))`
        : sql`${list}`;
    },
    matches: (column, slot) => sql`${bytesOf(column)} like ${valueBytes(slot)} escape '!'`,
    order: (ordered, direction, nullable) => {
      const item = direction === 'asc' ? sql`${ordered} asc` : sql`${ordered} desc`;
      if (!nullable) return [item];
      return [direction === 'asc' ? sql`${ordered} is null asc` : sql`${ordered} is null desc`, item];
    },
    digest: (before, column) => sql`sha2(concat(cast(${before} as binary), ${bytesOf(column)}), 256)`,
    encode: (one, type) => {
      if (one === null) return null;
      if (type === 'boolean') return one === true ? '1' : '0';
      return type === 'timestamp' ? localTime(String(one), utcOffset) : String(one);
    },
  };
}
