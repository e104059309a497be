import { canonicalJson } from '#exchange/commitment.js';
import { LIMITS, type Condition, type ExchangeRequest } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import { canonicalCondition } from '../source/canonical-condition.js';
import type { Order, ReadableResource, ScopedQuery, SourceRow } from '../source/source.js';
import type { CursorSeal } from './cursor-seal.js';

/** A query to send to a source, and how its answer becomes a page. */
export interface ScopedPage {
  readonly query: ScopedQuery;
  /** The rows of this page, and the cursor of the next if there is one. */
  pageOf(rows: readonly SourceRow[]): { readonly rows: readonly SourceRow[]; readonly next: string | undefined };
}

/**
 * What is asked of the source: the caller's conditions and the decision's on rows all at once, in a total order. It reads
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
  const order = totalOrder(resource, request);
  const columns = [...new Set([...request.select, ...order.map(({ field }) => field)])];
  const size = Math.min(request.limit, decision.obligations.maxRows, LIMITS.rows);
  // Needed where there is a page before or after: a look-up by key has neither.
  const question = () => questionOf(request, decision, order);
  const query: ScopedQuery = {
    resource: resource.id,
    columns,
    where: [...exactFilters(request, resource), ...exactScope(decision, resource)],
    order,
    limit: size + 1,
    ...(request.cursor === undefined ? {} : { after: placeIn(request.cursor, question(), order, seal) }),
  };
  return {
    query,
    pageOf: (rows) => {
      const page = rows.slice(0, size);
      const last = rows.length > size ? page.at(-1) : undefined;
      const place = last && order.map(({ field }) => last[columns.indexOf(field)] ?? null);
      return { rows: page, next: place && seal.seal(place, question()) };
    },
  };
}

function totalOrder({ key }: ReadableResource, { orderBy }: ExchangeRequest): Order[] {
  const asked = orderBy.map(({ field, direction }): Order => ({ field, direction, tieBreak: false }));
  const rest = key.filter((field) => !orderBy.some((one) => one.field === field));
  return [...asked, ...rest.map((field): Order => ({ field, direction: 'asc', tieBreak: true }))];
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

/** All that a place depends on. The size of a page is not part of it. */
function questionOf(request: ExchangeRequest, decision: DecisionClaims, order: readonly Order[]): string {
  const { resource, purpose, select, where } = request;
  return canonicalJson({ consumer: decision.consumer, resource, purpose, select, where, order });
}

function placeIn(cursor: string, question: string, order: readonly Order[], seal: CursorSeal) {
  const place = seal.open(cursor, question);
  if (place.length !== order.length) throw new Problem('CURSOR_INVALID');
  return place;
}
