import { grantedFilters, grantsFilter, transformOf } from './combine.js';
import type { AccessRequest, RefusedUse, WithheldField } from './decision.js';
import type { PreparedAgreement } from './prepared-agreement.js';
import type { Resource } from './resource.js';

/** The selected fields that the agreements do not release together, each with those that are in the way. */
export function withheldFields(
  agreements: readonly PreparedAgreement[],
  request: AccessRequest,
): readonly WithheldField[] {
  return request.select
    .filter((field) => !isSelectable(agreements, field))
    .map((field) => ({ field, ...obstacle(agreements, field) }));
}

export function selectableFields(agreements: readonly PreparedAgreement[]): readonly string[] {
  const named = new Set(agreements.flatMap(({ fields }) => [...fields.keys()]));
  return [...named].filter((field) => isSelectable(agreements, field)).sort();
}

function isSelectable(agreements: readonly PreparedAgreement[], field: string): boolean {
  const transform = transformOf(agreements, field);
  return transform !== undefined && transform.kind !== 'omit';
}

function obstacle(agreements: readonly PreparedAgreement[], field: string): Pick<WithheldField, 'because' | 'by'> {
  const silent = agreements.filter(({ fields }) => !fields.has(field));
  if (silent.length > 0) return { because: 'NOT_NAMED', by: versionsOf(silent) };
  const omitting = agreements.filter(({ fields }) => fields.get(field)?.transform.kind === 'omit');
  if (omitting.length > 0) return { because: 'OMITTED', by: versionsOf(omitting) };
  return { because: 'TRANSFORMS_CONFLICT', by: versionsOf(agreements) };
}

/** The filters and orders that the agreements do not grant together, each use of a field once. */
export function refusedUses(
  agreements: readonly PreparedAgreement[],
  resource: Resource,
  request: AccessRequest,
): readonly RefusedUse[] {
  const refused = new Map<string, RefusedUse>();
  const refuseUnlessGranted = (field: string, use: RefusedUse['use'], grants: (one: PreparedAgreement) => boolean) => {
    const against = agreements.filter((one) => !grants(one));
    if (against.length === 0) return;
    const granted = grantedFilters(agreements, resource, field);
    refused.set(`${field} ${use}`, { field, use, granted, by: versionsOf(against) });
  };
  for (const { field, op } of request.where) {
    refuseUnlessGranted(field, op, (one) => grantsFilter(one, resource, field, op));
  }
  for (const { field } of request.orderBy) {
    refuseUnlessGranted(field, 'order', ({ fields }) => fields.get(field)?.transform.kind === 'clear');
  }
  return [...refused.values()];
}

function versionsOf(agreements: readonly PreparedAgreement[]) {
  return agreements.map(({ version }) => version);
}
