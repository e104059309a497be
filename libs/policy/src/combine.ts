import { operators, type Operator } from '#exchange/exchange-request.js';
import type { Obligations } from '#exchange/obligations.js';
import { strictest } from '#privacy/strictest.js';
import type { Transform } from '#privacy/transform.js';
import type { AgreedField } from './agreement.js';
import type { AccessRequest } from './decision.js';
import type { PreparedAgreement } from './prepared-agreement.js';
import { requirementOf } from './required-filters.js';
import { fieldOf, type Resource } from './resource.js';

/** What all agreements together make of the field; nothing where one of them does not name it. */
export function transformOf(agreements: readonly PreparedAgreement[], field: string): Transform | undefined {
  let combined: Transform | undefined;
  for (const { fields } of agreements) {
    const agreed = fields.get(field);
    if (agreed === undefined) return undefined;
    combined = combined === undefined ? agreed.transform : strictest(combined, agreed.transform);
  }
  return combined;
}

export function grantsFilter(
  { fields }: PreparedAgreement,
  resource: Resource,
  field: string,
  operator: Operator,
): boolean {
  return grantsOperator(fields.get(field), resource, field, operator);
}

export function grantsOperator(
  agreed: AgreedField | undefined,
  resource: Resource,
  field: string,
  operator: Operator,
): boolean {
  if (agreed === undefined || fieldOf(resource, field)?.operators.includes(operator) !== true) return false;
  if (isCoarsened(agreed.transform)) return false;
  return agreed.filter === undefined ? agreed.transform.kind === 'clear' : agreed.filter.includes(operator);
}

/**
 * Whether a part of the value is released. A filter would tell the rest: by days, of a date that is released by the month.
 * Who must filter by it exactly is given the field whole, or not at all.
 */
export function isCoarsened({ kind }: Transform): boolean {
  return kind === 'truncate' || kind === 'truncate-text' || kind === 'generalise';
}

export function grantedFilters(
  agreements: readonly PreparedAgreement[],
  resource: Resource,
  field: string,
): readonly Operator[] {
  return operators.filter((operator) => agreements.every((one) => grantsFilter(one, resource, field, operator)));
}

/**
 * The least that a permitted request needs. An ordering field is among the fields, as `clear`: the adapter sorts by
 * nothing else. A field that is only filtered on is not, so it cannot be released.
 */
export function obligationsFor(request: AccessRequest, agreements: readonly PreparedAgreement[]): Obligations {
  const fields: Obligations['fields'] = {};
  for (const field of [...request.select, ...request.orderBy.map((one) => one.field)]) {
    const transform = transformOf(agreements, field);
    if (transform !== undefined) fields[field] = transform;
  }
  const filters: Obligations['filters'] = {};
  for (const { field, op } of request.where) {
    const used = Object.hasOwn(filters, field) ? filters[field] : undefined;
    if (used === undefined) filters[field] = [op];
    else if (!used.includes(op)) used.push(op);
  }
  return {
    fields,
    filters,
    rows: agreements.flatMap(({ agreement }) => agreement.rows),
    ...requirementOf(agreements),
    maxRows: Math.min(...agreements.map(({ agreement }) => agreement.maxRows)),
  };
}
