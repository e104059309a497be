import type { ExchangeRequest, LegalBasis } from '#exchange/exchange-request.js';
import { Problem, type ProblemCode } from '#exchange/problem.js';
import { departmentOf } from '#exchange/names.js';
import { checkRequest } from '#policy/check-request.js';
import { decide } from '#policy/decide.js';
import type { AccessRequest, AgreementVersion, Deny, Permit } from '#policy/decision.js';
import { toExplanation } from '#policy/explanation.js';
import { fieldOf, type Resource } from '#policy/resource.js';
import type { Department, RegistrySnapshot, Vocabulary } from '../registry/registry-snapshot.js';

/** What of a request may be said in the log: names that the registry knows, and nothing in the caller's own words. */
export interface Mentions {
  readonly resource?: string;
  readonly purpose?: string;
  readonly basis?: LegalBasis;
  readonly select: readonly string[];
  readonly where: readonly string[];
}

export const NO_MENTIONS: Mentions = { select: [], where: [] };

export interface Denial {
  readonly outcome: 'deny';
  readonly reason: ProblemCode;
  readonly mentions: Mentions;
  readonly agreements: readonly AgreementVersion[];
  readonly policy?: string | undefined;
  /** What the caller is told besides the reason: in words, and in a form that a program can read. */
  readonly explained: { readonly detail?: string; readonly extra: Readonly<Record<string, unknown>> };
}

/** The adapter that can be asked, for a department that has one. */
export type Provider = Department & { readonly adapterUrl: string };

export interface Permission {
  readonly outcome: 'permit';
  readonly permit: Permit;
  readonly mentions: Mentions;
  readonly provider: Provider;
}

/**
 * Permits or denies by what is registered. Counts no quota. Throws PolicyError where the registry contradicts itself, and
 * Problem REGISTRY_STALE where this release cannot read all that would have to be decided by.
 */
export function judge(registry: RegistrySnapshot, request: AccessRequest, now: Date): Permission | Denial {
  const resource = registry.resources.get(request.resource);
  const provider = registry.departments.get(departmentOf(request.resource));
  // What is not shared is not told apart from what is not there: nor may its fields be found out by asking for them.
  if (resource === undefined || resource.sharing === 'none' || provider?.adapterUrl === undefined) {
    const mentions = { ...NO_MENTIONS, ...wordsOf(registry.vocabulary, request) };
    return { outcome: 'deny', reason: 'RESOURCE_UNKNOWN', mentions, agreements: [], explained: { extra: {} } };
  }
  const mentions = mentionsOf(registry.vocabulary, resource, request);
  const [finding, ...others] = checkRequest(resource, request);
  if (finding !== undefined) {
    const errors = [finding, ...others].map(({ pointer, message }) => ({ pointer, message }));
    return { outcome: 'deny', reason: finding.code, mentions, agreements: [], explained: { extra: { errors } } };
  }
  if (registry.isUnread(request.consumer, resource.id)) throw new Problem('REGISTRY_STALE');
  const agreements = registry.agreements.agreementsFor(request.consumer, resource.id);
  const decision = decide(request, resource, agreements, now);
  if (decision.outcome === 'deny') return toDenial(decision, mentions);
  return { outcome: 'permit', permit: decision, mentions, provider: { ...provider, adapterUrl: provider.adapterUrl } };
}

export function toDenial(deny: Deny, mentions: Mentions): Denial {
  const explanation = toExplanation(deny);
  return {
    outcome: 'deny',
    reason: deny.reason,
    mentions,
    agreements: deny.agreements,
    policy: deny.policy,
    explained: { detail: explanation.en, extra: { explanation, denial: deny.detail } },
  };
}

function mentionsOf(vocabulary: Vocabulary, resource: Resource, request: ExchangeRequest): Mentions {
  const isKnown = (name: string) => fieldOf(resource, name) !== undefined;
  return {
    resource: resource.id,
    ...wordsOf(vocabulary, request),
    select: request.select.filter(isKnown),
    where: [...new Set(request.where.map(({ field }) => field))].filter(isKnown),
  };
}

function wordsOf(vocabulary: Vocabulary, { purpose, basis }: ExchangeRequest): Pick<Mentions, 'purpose' | 'basis'> {
  const agreed = vocabulary.basis(basis);
  return {
    ...(vocabulary.purposes.has(purpose) ? { purpose } : {}),
    ...(agreed === undefined ? {} : { basis: agreed }),
  };
}
