import { canonicalJson } from '#exchange/commitment.js';
import { LIMITS, type Condition, type ExchangeRequest } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import { canonicalCondition } from '../source/canonical-condition.js';
import type { Order, ReadableResource, ScopedQuery, SourceRow } from '../source/source.js';
import { transformOf } from './check-obligations.js';
import type { CursorSeal } from './cursor-seal.js';

/** A query to send to a source, and how its answer becomes a page. */
export interface ScopedPage {
  readonly query: ScopedQuery;
  /** The rows of this page, and the cursor of the next if there is one. */
  pageOf(rows: readonly SourceRow[]): { readonly rows: readonly SourceRow[]; readonly next: string | undefined };
}

/**
 * What is asked of the source: the caller's conditions and the decision's on rows all at once, in a total order that
 * tells nothing of a field that the caller is not given in clear. It reads
 * one row more than the page has, to know whether another follows. The request is within the decision already
 * (checkObligations). Throws CURSOR_INVALID, and FILTER_INVALID or, of the decision's
 * own conditions, DECISION_INVALID for a value that no source holds exactly.
 */
export function scopeQuery(
  resource: ReadableResource,
  request: ExchangeRequest,
  decision: DecisionClaims,
  seal: CursorSeal,
): ScopedPage {
  const hidden = hiddenKey(resource, request, decision);
  const order = orderOf(resource, request, hidden);
  const ordering = order.map(({ field }) => field);
  const columns = [...new Set([...request.select, ...ordering, ...(resource.subjects ?? [])])];
  const size = Math.min(request.limit, decision.obligations.maxRows, LIMITS.rows);
  // Needed where there is a page before or after: a look-up by key has neither.
  const question = () => questionOf(request, decision, order, hidden);
  const query: ScopedQuery = {
    resource: resource.id,
    columns,
    // The decision's first: of several of one kind a source of HTTP is sent the first, and it is to answer no more than that.
    where: [...exactScope(decision, resource), ...exactFilters(request, resource)],
    order,
    ...(hidden.length > 0 && { scatter: { fields: hidden, salt: seal.saltOf(question()) } }),
    limit: size + 1,
  };
  const placeSize = order.length + (hidden.length > 0 ? 1 : 0);
  return {
    query:
      request.cursor === undefined ? query : { ...query, after: placeIn(request.cursor, question(), placeSize, seal) },
    pageOf: (rows) => {
      const page = rows.slice(0, size);
      const last = rows.length > size ? page.at(-1) : undefined;
      const place = last && [
        ...order.map(({ field }) => last[columns.indexOf(field)] ?? null),
        ...last.slice(columns.length),
      ];
      return { rows: page, next: place && seal.seal(place, question()) };
    },
  };
}

function orderOf(resource: ReadableResource, request: ExchangeRequest, hidden: readonly string[]): Order[] {
  const asked = request.orderBy.map(({ field, direction }): Order => ({ field, direction, tieBreak: false }));
  const rest = hidden.length > 0 ? [] : restOfKey(resource, request);
  return [...asked, ...rest.map((field): Order => ({ field, direction: 'asc', tieBreak: true }))];
}

/**
 * The fields of the key that no order may show, since the caller is not given them in clear: rows in the order of their
 * ids tell much of each id. Empty where there is at most one row, so that a look-up by key stays what it is.
 */
function hiddenKey(resource: ReadableResource, request: ExchangeRequest, { obligations }: DecisionClaims): string[] {
  const isFixed = (field: string) => request.where.some((one) => one.field === field && one.op === 'eq');
  if (resource.key.every(isFixed)) return [];
  const rest = restOfKey(resource, request);
  return rest.every((field) => transformOf(obligations, field)?.kind === 'clear') ? [] : rest;
}

function restOfKey({ key }: ReadableResource, { orderBy }: ExchangeRequest): string[] {
  return key.filter((field) => !orderBy.some((one) => one.field === field));
}

function exactFilters({ where }: ExchangeRequest, resource: ReadableResource): Condition[] {
  return where.map((condition, index) => {
    const exact = exactCondition(condition, resource);
    if (exact !== undefined) return exact;
    const message = 'no source holds a value this fine: up to 20 digits before the point, 18 after, and microseconds';
    throw new Problem('FILTER_INVALID', undefined, { errors: [{ pointer: `/where/${index}/value`, message }] });
  });
}

function exactScope({ obligations }: DecisionClaims, resource: ReadableResource): Condition[] {
  return obligations.rows.map((condition) => {
    const exact = exactCondition(condition, resource);
    if (exact !== undefined) return exact;
    throw new Problem('DECISION_INVALID', 'a condition on rows cannot be applied exactly');
  });
}

function exactCondition(condition: Condition, { fields }: ReadableResource): Condition | undefined {
  return canonicalCondition(condition, fields[condition.field]?.type ?? 'string');
}

/**
 * All that a place depends on, and all that two answers differ in: rows that are given in one form and in another must not
 * stand in the same order, or each row's place joins the two. The size of a page is not part of it.
 */
function questionOf(
  request: ExchangeRequest,
  decision: DecisionClaims,
  order: readonly Order[],
  hidden: readonly string[],
): string {
  const { resource, purpose, basis, select, where } = request;
  const { consumer, obligations } = decision;
  const asked = { consumer, resource, purpose, basis, select, where };
  return canonicalJson({ ...asked, order, hidden, forms: obligations.fields });
}

function placeIn(cursor: string, question: string, size: number, seal: CursorSeal) {
  const place = seal.open(cursor, question);
  if (place.length !== size) throw new Problem('CURSOR_INVALID');
  return place;
}
