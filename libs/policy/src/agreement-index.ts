import type { Agreement } from './agreement.js';
import { checkAgreement, type AgreementFinding } from './check-agreement.js';
import { prepareAgreement, type PreparedAgreement } from './prepared-agreement.js';
import type { Resource } from './resource.js';

export interface InvalidAgreement {
  readonly agreement: Agreement;
  readonly findings: readonly (AgreementFinding | { readonly code: 'RESOURCE_UNKNOWN' | 'ID_TAKEN' })[];
}

/**
 * All agreements by who asks for what, built once for a state of the registry and never changed. Give it one version of
 * each agreement.
 */
export class AgreementIndex {
  /** To be alerted on: decide() throws where one of these would take part. */
  readonly invalid: readonly InvalidAgreement[];
  readonly #agreements: ReadonlyMap<string, readonly PreparedAgreement[]>;

  constructor(resources: Iterable<Resource>, agreements: Iterable<Agreement>) {
    const all = [...agreements];
    this.invalid = findInvalid(new Map(Array.from(resources, (resource) => [resource.id, resource])), all);
    const invalid = new Set(this.invalid.map(({ agreement }) => agreement));
    this.#agreements = Map.groupBy(
      all.map((agreement) => prepareAgreement(agreement, !invalid.has(agreement))),
      ({ agreement: { consumer, resource } }) => keyOf(consumer, resource),
    );
  }

  /** Those between the two, live or not, valid or not. */
  agreementsFor(consumer: string, resource: string): readonly PreparedAgreement[] {
    return this.#agreements.get(keyOf(consumer, resource)) ?? [];
  }
}

/** Names hold no spaces. */
function keyOf(consumer: string, resource: string): string {
  return `${consumer} ${resource}`;
}

function findInvalid(
  resources: ReadonlyMap<string, Resource>,
  agreements: readonly Agreement[],
): readonly InvalidAgreement[] {
  const byId = Map.groupBy(agreements, ({ id }) => id);
  return agreements
    .map((agreement): InvalidAgreement => {
      const resource = resources.get(agreement.resource);
      const findings: InvalidAgreement['findings'] =
        resource === undefined ? [{ code: 'RESOURCE_UNKNOWN' }] : checkAgreement(resource, agreement);
      const taken = byId.get(agreement.id)?.length !== 1;
      return { agreement, findings: taken ? [...findings, { code: 'ID_TAKEN' }] : findings };
    })
    .filter(({ findings }) => findings.length > 0);
}
