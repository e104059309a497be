import type { ExchangeRequest, LegalBasis, Operator } from '#exchange/exchange-request.js';
import type { Obligations } from '#exchange/obligations.js';
import type { ProblemCode } from '#exchange/problem.js';
import type { Quota } from './agreement.js';

/** What is decided: the request, and the system whose signature it carries. */
export type AccessRequest = ExchangeRequest & { readonly consumer: string };

export interface AgreementVersion {
  readonly id: string;
  readonly version: number;
}

/** Half-open: `start` belongs to it, `end` to the next. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/** One permit to count, against the agreement's id: a new version goes on with the count of the one before. */
export interface QuotaCharge {
  readonly agreement: AgreementVersion;
  readonly limit: number;
  readonly per: Quota['per'];
  readonly period: Period;
}

export interface Permit {
  readonly outcome: 'permit';
  /** The least that this request needs: its selected and ordering fields, its filters, every row condition. */
  readonly obligations: Obligations;
  /** Those that combined to it, by id. At least one. */
  readonly agreements: readonly AgreementVersion[];
  /** SHA-256 in base64url over the RFC 8785 form of the list of these agreements: which text of the policy decided. */
  readonly policy: string;
  /** The legal basis as the agreements word it. */
  readonly basis: LegalBasis;
  /** All of them are to be charged, or the exchange is refused: see denyForQuota(). */
  readonly quotas: readonly QuotaCharge[];
}

/** Each reason with what would make the request right. In this order reasons are looked for. */
export interface DenyDetails {
  readonly NO_AGREEMENT: { readonly consumer: string; readonly resource: string };
  readonly AGREEMENT_NOT_LIVE: { readonly agreements: readonly Validity[] };
  readonly PURPOSE_NOT_AGREED: { readonly asked: string; readonly agreements: readonly AgreedPurposes[] };
  readonly BASIS_NOT_AGREED: { readonly asked: LegalBasis; readonly agreements: readonly AgreedBases[] };
  /** `granted`: all that this consumer may select of the resource for this purpose, on this basis. */
  readonly FIELD_NOT_AGREED: { readonly withheld: readonly WithheldField[]; readonly granted: readonly string[] };
  readonly FILTER_NOT_AGREED: { readonly refused: readonly RefusedUse[] };
  readonly FILTER_REQUIRED: { readonly required: readonly RequiredFilter[] };
  readonly QUOTA_EXCEEDED: { readonly exhausted: readonly ExhaustedQuota[] };
}
/** A reason is a problem code: what the caller is told. */
export type DenyReason = Extract<keyof DenyDetails, ProblemCode>;
export type RefusalFor<Reason extends DenyReason> = {
  readonly [Each in Reason]: { readonly reason: Each; readonly detail: DenyDetails[Each] };
}[Reason];
export type Refusal = RefusalFor<DenyReason>;

export type Deny = Refusal & {
  readonly outcome: 'deny';
  /** Those that came nearest to a permit, by id. */
  readonly agreements: readonly AgreementVersion[];
  /** As in a permit, over these agreements. Absent where there are none. */
  readonly policy?: string;
};
export type Decision = Permit | Deny;

export type Validity = AgreementVersion & {
  readonly validFrom: string;
  readonly validUntil: string;
  /** Present where it was withdrawn. */
  readonly withdrawnFrom?: string;
};
export type AgreedPurposes = AgreementVersion & { readonly purposes: readonly string[] };
export type AgreedBases = AgreementVersion & { readonly bases: readonly LegalBasis[] };

export interface WithheldField {
  readonly field: string;
  /**
   * `NOT_NAMED`: the agreements in `by` leave it out. `OMITTED`: those say that it is never released.
   * `TRANSFORMS_CONFLICT`: each releases it in a form that the others hide.
   */
  readonly because: 'NOT_NAMED' | 'OMITTED' | 'TRANSFORMS_CONFLICT';
  readonly by: readonly AgreementVersion[];
}

export interface RefusedUse {
  readonly field: string;
  /** `order`: sorting by a field that is not released in clear tells what its transform hides. */
  readonly use: Operator | 'order';
  /** The operators that are granted on the field. */
  readonly granted: readonly Operator[];
  /** Those that do not grant the use. */
  readonly by: readonly AgreementVersion[];
}

/** A field that the request has to name, and does not, or by too many values. */
export interface RequiredFilter {
  readonly field: string;
  /** Values that one request may name. */
  readonly most: number;
  /** Those that require it. */
  readonly by: readonly AgreementVersion[];
}

export interface ExhaustedQuota {
  readonly agreement: AgreementVersion;
  readonly limit: number;
  readonly per: Quota['per'];
  /** RFC 3339, UTC: when the period ends and requests are permitted again. */
  readonly until: string;
}
