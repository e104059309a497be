import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  type SqlBool,
} from 'kysely';
import type { FieldType, Value } from '#privacy/field-type.js';
import type { Slot } from './statement.js';

export type Fragment = RawBuilder<unknown>;
export type Test = RawBuilder<SqlBool>;

/**
 * Where the dialects of SQL differ. Columns come in as quoted references, values as slots; a fragment is never made of
 * text that came from outside.
 */
export interface SqlDialect {
  readonly compiler: Kysely<Record<string, never>>;
  /** The column as text that `readValue` reads. */
  output(column: Fragment, type: FieldType): Fragment;
  /** The column in the order of its type: by code point for texts. */
  ordered(column: Fragment, type: FieldType): Fragment;
  /** A value to compare with `ordered`. */
  orderedValue(slot: Slot, type: FieldType): Fragment;
  /** A value to compare with the column itself, so that the source's own index serves. */
  value(slot: Slot, type: FieldType): Fragment;
  equals(column: Fragment, slot: Slot, type: FieldType): Test;
  /** `slots` are one a member; `list` is all of them in one, for the dialects that can. */
  oneOf(column: Fragment, slots: readonly Slot[], list: Slot, type: FieldType): Test;
  /** The slot's value is a pattern of LIKE, escaped with `!`. */
  matches(column: Fragment, slot: Slot): Test;
  /** An item of ORDER BY with nulls as the greatest. */
  order(ordered: Fragment, direction: 'asc' | 'desc', nullable: boolean): readonly Fragment[];
  /** Hexadecimal SHA-256 over the text `before` and the column's own, as text that sorts by its bytes; null of a null. */
  digest(before: Fragment, column: Fragment): Fragment;
  /** A value as the driver takes it for this dialect's slots. */
  encode(value: Value, type: FieldType): unknown;
}

/** A text that matches itself as the beginning of another, whatever is in it. */
export function prefixPattern(text: string): string {
  return `${text.replace(/[!%_]/g, '!$&')}%`;
}

/** Kysely as a compiler alone: it never connects. */
export function postgresCompiler(): Kysely<Record<string, never>> {
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

export function mysqlCompiler(): Kysely<Record<string, never>> {
  return new Kysely({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new MysqlIntrospector(database),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });
}
