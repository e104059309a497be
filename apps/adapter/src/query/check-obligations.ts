import type { ExchangeRequest } from '#exchange/exchange-request.js';
import type { Obligations } from '#exchange/obligations.js';
import { Problem } from '#exchange/problem.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import { checkCondition } from '#policy/check-condition.js';
import { checkRequest } from '#policy/check-request.js';
import { isCoarsened } from '#policy/combine.js';
import { isPinned } from '#policy/required-filters.js';
import { fieldOf, type Resource } from '#policy/resource.js';
import { fits } from '#privacy/fits.js';
import type { Transform } from '#privacy/transform.js';

/**
 * The second look at a permit, by the department whose data it is. Throws FIELD_UNKNOWN or FILTER_INVALID where the
 * request does not fit the resource, DECISION_EXCEEDED where it asks for more than the decision grants, and
 * DECISION_INVALID where an obligation cannot be met here: what cannot be met must not be passed over.
 */
export function checkObligations(resource: Resource, request: ExchangeRequest, decision: DecisionClaims): void {
  const [first] = checkRequest(resource, request);
  if (first !== undefined) {
    throw new Problem(first.code, undefined, { errors: [{ pointer: first.pointer, message: first.message }] });
  }
  const excess = excessOf(resource, request, decision);
  if (excess !== undefined) throw new Problem('DECISION_EXCEEDED', excess);
  const unmet = unmetObligation(resource, decision.obligations);
  if (unmet !== undefined) throw new Problem('DECISION_INVALID', unmet);
}

function excessOf(resource: Resource, request: ExchangeRequest, decision: DecisionClaims): string | undefined {
  const { obligations } = decision;
  if (request.resource !== decision.resource) return 'the decision is on another resource';
  if (request.purpose !== decision.purpose) return 'the decision is for another purpose';
  if (resource.sharing === 'none') return 'the resource is not shared';
  const hidden = request.select.find((field) => (transformOf(obligations, field)?.kind ?? 'omit') === 'omit');
  if (hidden !== undefined) return `${hidden} may not be selected`;
  const filter = request.where.find(({ field, op }) => !filtersOf(obligations, field).includes(op));
  if (filter !== undefined) return `${filter.field} may not be filtered by ${filter.op}`;
  // Asked by days, a date that is released by the month would tell its day.
  const telling = request.where.find(({ field }) => isCoarsened(transformOf(obligations, field) ?? CLEAR));
  if (telling !== undefined) return `${telling.field} is released in part, so it may not be filtered`;
  const required = Object.entries(obligations.requires ?? {});
  const unnamed = required.find(([field, most]) => !isPinned(request.where, field, most));
  if (unnamed !== undefined) return `${unnamed[0]} must be named by ${unnamed[1]} values at the most`;
  // The order of what is hidden tells much of it.
  const order = request.orderBy.find(({ field }) => transformOf(obligations, field)?.kind !== 'clear');
  return order === undefined ? undefined : `nothing may be ordered by ${order.field}`;
}

function unmetObligation(resource: Resource, obligations: Obligations): string | undefined {
  for (const [name, transform] of Object.entries(obligations.fields)) {
    const field = fieldOf(resource, name);
    if (field === undefined || !fits(transform, field.type)) return `${transform.kind} cannot be done to ${name}`;
  }
  const isUnfit = obligations.rows.some((condition) => checkCondition(resource, condition, '').length > 0);
  return isUnfit ? 'a condition on rows cannot be applied to this resource' : undefined;
}

const CLEAR: Transform = { kind: 'clear' };

/** Own members only: a field may be called `constructor`. */
export function transformOf({ fields }: Obligations, name: string): Transform | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function filtersOf({ filters }: Obligations, name: string): readonly string[] {
  return Object.hasOwn(filters, name) ? (filters[name] ?? []) : [];
}
