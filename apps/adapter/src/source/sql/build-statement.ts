import { sql } from 'kysely';
import type { Condition, Operator } from '#exchange/exchange-request.js';
import type { FieldType, Value } from '#privacy/field-type.js';
import type { Order, ReadableResource, Scatter, ScopedQuery } from '../source.js';
import { prefixPattern, type Fragment, type SqlDialect, type Test } from './sql-dialect.js';
import { Slot, type Statement } from './statement.js';

/** A resource in a source that speaks SQL. A field without a column is called as its column is. */
export interface SqlTable extends ReadableResource {
  readonly from: { readonly table: string; readonly schema?: string | undefined };
  readonly fields: Readonly<
    Record<string, ReadableResource['fields'][string] & { readonly column?: string | undefined }>
  >;
}

/** SQL for every query of this one's shape. Names come from the configuration, values go through slots: no text is pasted. */
export function buildStatement(query: ScopedQuery, table: SqlTable, dialect: SqlDialect): Statement {
  const { schema, table: name } = table.from;
  const from = sql`${schema === undefined ? sql.id(name) : sql.id(schema, name)}`.as('t');
  const outputs = query.columns.map((field, index) =>
    dialect.output(columnOf(table, field), typeOf(table, field)).as(`c${index}`),
  );
  // Ordered by its name among the outputs, so that it is computed once a row.
  const digestName = `c${query.columns.length}` as const;
  const digest = query.scatter && digestOf(query.scatter, table, dialect);
  if (digest !== undefined) outputs.push(digest.as(digestName));
  let select = dialect.compiler.selectFrom(from).select(outputs);
  query.where.forEach((condition, index) => {
    select = select.where(testOf(condition, index, table, dialect));
  });
  const terms = query.order.map((order, index) => termOf(order, index, table, dialect, query.after?.[index]));
  if (digest !== undefined) terms.push({ ...LAST, ordered: digest, position: sql`${digestSlot}` });
  if (query.after !== undefined) select = select.where(afterPosition(terms));
  for (const term of terms) {
    const ordered = term.ordered === digest ? sql.id(digestName) : term.ordered;
    for (const item of dialect.order(ordered, term.direction, term.nullable)) select = select.orderBy(item);
  }
  const { sql: text, parameters } = select.limit(sql.lit(query.limit)).compile();
  return { text, slots: parameters.map(asSlot) };
}

const LAST = { direction: 'asc', nullable: false } as const;
const saltSlot = new Slot((query) => query.scatter?.salt);
const digestSlot = new Slot((query) => query.after?.at(-1));

function digestOf({ fields }: Scatter, table: SqlTable, dialect: SqlDialect): Fragment {
  return fields.reduce<Fragment>((before, field) => dialect.digest(before, columnOf(table, field)), sql`${saltSlot}`);
}

/** Qualified, because ORDER BY would take a bare name for the name of an output. */
function columnOf(table: SqlTable, field: string): Fragment {
  return sql`${sql.id('t', table.fields[field]?.column ?? field)}`;
}

function typeOf(table: SqlTable, field: string): FieldType {
  const found = table.fields[field];
  if (found === undefined) throw new RangeError(`the resource ${table.id} has no field ${field}`);
  return found.type;
}

const signs = {
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
} as const satisfies Partial<Record<Operator, Fragment>>;

function testOf(condition: Condition, index: number, table: SqlTable, dialect: SqlDialect): Test {
  const type = typeOf(table, condition.field);
  const column = columnOf(table, condition.field);
  const whole = slotAt(index, (value) => dialect.encode(value as Value, type));
  const members = () =>
    (condition.value as readonly Value[]).map((_, member) =>
      slotAt(index, (values) => dialect.encode((values as readonly Value[])[member] ?? null, type)),
    );
  switch (condition.op) {
    case 'eq':
      return dialect.equals(column, whole, type);
    case 'in': {
      const list = slotAt(index, (values) => (values as readonly Value[]).map((value) => dialect.encode(value, type)));
      return dialect.oneOf(column, members(), list, type);
    }
    case 'prefix':
      return dialect.matches(
        column,
        slotAt(index, (value) => prefixPattern(String(value))),
      );
    case 'between': {
      const [low, high] = members().map((slot) => dialect.orderedValue(slot, type));
      return sql`${dialect.ordered(column, type)} between ${low} and ${high}`;
    }
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return sql`${dialect.ordered(column, type)} ${signs[condition.op]} ${dialect.orderedValue(whole, type)}`;
  }
}

function slotAt(index: number, encode: (value: unknown) => unknown): Slot {
  return new Slot((query) => encode(query.where[index]?.value));
}

/** One item of the order, and where the page before ended in it. */
interface Term {
  readonly ordered: Fragment;
  readonly direction: 'asc' | 'desc';
  readonly nullable: boolean;
  /** Undefined where the page before ended at a null. */
  readonly position: Fragment | undefined;
}

function termOf(order: Order, index: number, table: SqlTable, dialect: SqlDialect, after: Value | undefined): Term {
  const type = typeOf(table, order.field);
  const column = columnOf(table, order.field);
  const slot = new Slot((query) => dialect.encode(query.after?.[index] ?? null, type));
  const position = order.tieBreak ? dialect.value(slot, type) : dialect.orderedValue(slot, type);
  return {
    ordered: order.tieBreak ? column : dialect.ordered(column, type),
    direction: order.direction,
    nullable: !table.key.includes(order.field),
    position: after === null ? undefined : position,
  };
}

/**
 * Rows after a position, nulls being the greatest: (a, b) > (x, y) is a > x, or a = x and b > y. The first item's bound is
 * said once more by itself, since an index can use it and cannot use an `or`.
 */
function afterPosition(terms: readonly Term[]): Test {
  const ways = terms.flatMap((term, index) => {
    const step = beyond(term);
    return step === undefined
      ? []
      : [sql<boolean>`(${sql.join([...terms.slice(0, index).map(same), step], sql` and `)})`];
  });
  const anyWay = sql<boolean>`(${sql.join(ways, sql` or `)})`;
  const [first] = terms;
  if (terms.length === 1 || first?.position === undefined || first.nullable) return anyWay;
  return first.direction === 'asc'
    ? sql`${first.ordered} >= ${first.position} and ${anyWay}`
    : sql`${first.ordered} <= ${first.position} and ${anyWay}`;
}

function same({ ordered, position }: Term): Test {
  return position === undefined ? sql`${ordered} is null` : sql`${ordered} = ${position}`;
}

/** Undefined where nothing lies beyond: after a null, ascending. */
function beyond({ ordered, position, direction, nullable }: Term): Test | undefined {
  if (position === undefined) return direction === 'asc' ? undefined : sql`${ordered} is not null`;
  if (direction === 'desc') return sql`${ordered} < ${position}`;
  return nullable ? sql`(${ordered} > ${position} or ${ordered} is null)` : sql`${ordered} > ${position}`;
}

function asSlot(parameter: unknown): Slot {
  if (parameter instanceof Slot) return parameter;
  throw new TypeError('a value got into a statement that is for a shape');
}
