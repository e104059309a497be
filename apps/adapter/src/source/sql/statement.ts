import type { ScopedQuery } from '../source.js';

/** A parameter of a statement: where in a query of the statement's shape its value stands, and in which form it is sent. */
export class Slot {
  constructor(readonly valueIn: (query: ScopedQuery) => unknown) {}
}

/** Parameterised SQL for every query of one shape. */
export interface Statement {
  readonly text: string;
  readonly slots: readonly Slot[];
}

export function parametersOf(statement: Statement, query: ScopedQuery): unknown[] {
  return statement.slots.map((slot) => slot.valueIn(query));
}

/** Two queries of equal shape differ in nothing but values, and have the same statement. */
export function shapeOf(query: ScopedQuery): string {
  return JSON.stringify([
    query.resource,
    query.columns,
    query.where.map(({ field, op, value }) => [field, op, op === 'in' ? value.length : 1]),
    query.order.map(({ field, direction, tieBreak }) => [field, direction, tieBreak]),
    query.scatter?.fields,
    query.after?.map((value) => value === null),
    query.limit,
  ]);
}
