import type { Condition } from '#exchange/exchange-request.js';
import type { Obligations } from '#exchange/obligations.js';
import type { RequiredFilter } from './decision.js';
import type { PreparedAgreement } from './prepared-agreement.js';

/** What all agreements together require: each field that one of them does, with the smallest of their numbers. */
export function requiredOf(agreements: readonly PreparedAgreement[]): ReadonlyMap<string, number> {
  const required = new Map<string, number>();
  for (const { agreement } of agreements) {
    for (const [field, most] of Object.entries(agreement.requires ?? {})) {
      required.set(field, Math.min(most, required.get(field) ?? most));
    }
  }
  return required;
}

/** Whether one of the conditions, all of which hold, leaves the field so many values at the most. */
export function isPinned(where: readonly Condition[], field: string, most: number): boolean {
  return where.some((one) => one.field === field && (one.op === 'eq' || (one.op === 'in' && one.value.length <= most)));
}

/** The fields that the agreements require a request to name, and that this one does not. */
export function missingFilters(
  agreements: readonly PreparedAgreement[],
  where: readonly Condition[],
): readonly RequiredFilter[] {
  return [...requiredOf(agreements)]
    .filter(([field, most]) => !isPinned(where, field, most))
    .map(([field, most]) => ({ field, most, by: requiring(agreements, field) }));
}

/** Absent where nothing is required: an adapter that knows no such obligation is then not given one. */
export function requirementOf(agreements: readonly PreparedAgreement[]): Pick<Obligations, 'requires'> {
  const required = requiredOf(agreements);
  return required.size === 0 ? {} : { requires: Object.fromEntries(required) };
}

function requiring(agreements: readonly PreparedAgreement[], field: string) {
  return agreements
    .filter(({ agreement }) => Object.hasOwn(agreement.requires ?? {}, field))
    .map(({ version }) => version);
}
