import { obligationsFor } from './combine.js';
import type { AccessRequest, Decision, Deny, Refusal } from './decision.js';
import { binds, isWithdrawn, nearestMiss } from './nearest-miss.js';
import { PolicyError } from './policy-error.js';
import { policyDigest, type PreparedAgreement } from './prepared-agreement.js';
import { chargeOf } from './quota.js';
import type { Resource } from './resource.js';
import { missingFilters } from './required-filters.js';
import { refusedUses, selectableFields, withheldFields } from './withheld.js';

/**
 * Without a live agreement for the purpose and the legal basis nothing is permitted. Where several cover the request,
 * each of them binds: the strictest of each combine. One that was withdrawn still binds, and grants nothing by itself, so
 * that a withdrawal never permits more. The request has passed checkRequest(). Counts nothing: the caller
 * charges the permit's quotas.
 *
 * Throws PolicyError RESOURCE_MISMATCH where `resource` is not the one that the request names, and AGREEMENT_INVALID where
 * an agreement would take part that does not fit it.
 */
export function decide(
  request: AccessRequest,
  resource: Resource,
  agreements: readonly PreparedAgreement[],
  now: Date,
): Decision {
  if (request.resource !== resource.id) throw new PolicyError('RESOURCE_MISMATCH', request.resource);
  const at = now.getTime();
  const between = agreements
    .filter(({ agreement }) => agreement.consumer === request.consumer && agreement.resource === request.resource)
    .sort(byId);
  const covering = between.filter((one) => binds(one, request, at));
  if (covering.every((one) => isWithdrawn(one, at))) {
    const { refusal, nearest } = nearestMiss(between, request, at);
    return deny(refusal, nearest);
  }
  const invalid = covering.find(({ valid }) => !valid);
  if (invalid !== undefined) throw new PolicyError('AGREEMENT_INVALID', invalid.version.id);
  const withheld = withheldFields(covering, request);
  if (withheld.length > 0) {
    return deny({ reason: 'FIELD_NOT_AGREED', detail: { withheld, granted: selectableFields(covering) } }, covering);
  }
  const refused = refusedUses(covering, resource, request);
  if (refused.length > 0) return deny({ reason: 'FILTER_NOT_AGREED', detail: { refused } }, covering);
  const required = missingFilters(covering, request.where);
  if (required.length > 0) return deny({ reason: 'FILTER_REQUIRED', detail: { required } }, covering);
  return {
    outcome: 'permit',
    obligations: obligationsFor(request, covering),
    agreements: covering.map(({ version }) => version),
    policy: policyDigest(covering),
    basis: { law: request.basis.law, article: request.basis.article },
    quotas: covering.flatMap(({ agreement: { quota }, version }) => (quota ? [chargeOf(version, quota, now)] : [])),
  };
}

function deny(refusal: Refusal, nearest: readonly PreparedAgreement[]): Deny {
  return {
    outcome: 'deny',
    ...refusal,
    agreements: nearest.map(({ version }) => version),
    ...(nearest.length === 0 ? {} : { policy: policyDigest(nearest) }),
  };
}

function byId({ version: a }: PreparedAgreement, { version: b }: PreparedAgreement): number {
  if (a.id === b.id) return a.version - b.version;
  return a.id < b.id ? -1 : 1;
}
