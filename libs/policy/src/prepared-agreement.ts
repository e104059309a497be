import { canonicalJson, sha256 } from '#exchange/commitment.js';
import type { AgreedField, Agreement } from './agreement.js';
import type { AgreementVersion } from './decision.js';

/** An agreement with all that deciding by it needs and that does not change from one request to the next. */
export interface PreparedAgreement {
  readonly agreement: Agreement;
  readonly version: AgreementVersion;
  /** Whether checkAgreement() found nothing. */
  readonly valid: boolean;
  /** A map, since an object seems to name `constructor`. */
  readonly fields: ReadonlyMap<string, AgreedField>;
  /** Milliseconds since 1970. */
  readonly liveFrom: number;
  /** Exclusive. */
  readonly liveUntil: number;
  /** Exclusive: from then on it only binds. Infinity where it was not withdrawn. */
  readonly grantsUntil: number;
  /** RFC 8785. */
  readonly canonical: string;
  /** The policy digest where this agreement decides alone, as most do. */
  readonly policy: string;
}

export function prepareAgreement(agreement: Agreement, valid: boolean): PreparedAgreement {
  const canonical = canonicalJson(agreement);
  return {
    agreement,
    version: { id: agreement.id, version: agreement.version },
    valid,
    fields: new Map(Object.entries(agreement.fields)),
    liveFrom: Date.parse(agreement.validFrom),
    liveUntil: Date.parse(agreement.validUntil),
    grantsUntil: agreement.withdrawnFrom === undefined ? Infinity : Date.parse(agreement.withdrawnFrom),
    canonical,
    policy: digestOf([canonical]),
  };
}

/** SHA-256 over the RFC 8785 form of the list of agreements, in the order given. */
export function policyDigest(agreements: readonly PreparedAgreement[]): string {
  const [first, ...others] = agreements;
  return first !== undefined && others.length === 0 ? first.policy : digestOf(agreements.map((one) => one.canonical));
}

/** The canonical form of a list is its members' own, joined. */
function digestOf(canonical: readonly string[]): string {
  return sha256(`[${canonical.join(',')}]`);
}
