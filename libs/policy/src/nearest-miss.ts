import type { AccessRequest, Refusal } from './decision.js';
import type { PreparedAgreement } from './prepared-agreement.js';

type CoverReason = 'AGREEMENT_NOT_LIVE' | 'PURPOSE_NOT_AGREED' | 'BASIS_NOT_AGREED';

interface Clause {
  readonly reason: CoverReason;
  readonly holds: (one: PreparedAgreement, request: AccessRequest, at: number) => boolean;
}

/** What an agreement must meet to bind a decision, in the order in which reasons are looked for. */
const clauses: readonly Clause[] = [
  { reason: 'AGREEMENT_NOT_LIVE', holds: (one, _request, at) => one.liveFrom <= at && at < one.liveUntil },
  { reason: 'PURPOSE_NOT_AGREED', holds: (one, request) => one.agreement.purposes.includes(request.purpose) },
  {
    reason: 'BASIS_NOT_AGREED',
    holds: (one, { basis }) =>
      one.agreement.bases.some(({ law, article }) => law === basis.law && article === basis.article),
  },
];

/** Whether it has a say in the decision: it restricts what is granted, by itself or, once it is withdrawn, by others. */
export function binds(one: PreparedAgreement, request: AccessRequest, at: number): boolean {
  return clauses.every(({ holds }) => holds(one, request, at));
}

export function isWithdrawn({ grantsUntil }: PreparedAgreement, at: number): boolean {
  return at >= grantsUntil;
}

function failedClauses(one: PreparedAgreement, request: AccessRequest, at: number): readonly CoverReason[] {
  return clauses
    .filter(
      ({ reason, holds }) => !holds(one, request, at) || (reason === 'AGREEMENT_NOT_LIVE' && isWithdrawn(one, at)),
    )
    .map(({ reason }) => reason);
}

/**
 * Why none of the agreements grants the request, told of those that fail the fewest clauses: an expired agreement for
 * the right purpose says more than a live one for another. Among equals the first clause in order is the reason.
 */
export function nearestMiss(
  agreements: readonly PreparedAgreement[],
  request: AccessRequest,
  at: number,
): { readonly refusal: Refusal; readonly nearest: readonly PreparedAgreement[] } {
  const misses = agreements.map((one) => ({
    one,
    failed: failedClauses(one, request, at),
  }));
  const fewest = Math.min(...misses.map(({ failed }) => failed.length));
  const close = misses.filter(({ failed }) => failed.length === fewest);
  const reason = clauses.map((clause) => clause.reason).find((each) => close.some(({ failed }) => failed[0] === each));
  if (reason === undefined) {
    return { refusal: { reason: 'NO_AGREEMENT', detail: namesOf(request) }, nearest: [] };
  }
  const nearest = close.filter(({ failed }) => failed[0] === reason).map(({ one }) => one);
  return { refusal: refuse(reason, nearest, request), nearest };
}

function namesOf({ consumer, resource }: AccessRequest) {
  return { consumer, resource };
}

function refuse(reason: CoverReason, nearest: readonly PreparedAgreement[], request: AccessRequest): Refusal {
  switch (reason) {
    case 'AGREEMENT_NOT_LIVE':
      return {
        reason,
        detail: {
          agreements: nearest.map(({ version, agreement: { validFrom, validUntil, withdrawnFrom } }) => ({
            ...version,
            validFrom,
            validUntil,
            ...(withdrawnFrom !== undefined && { withdrawnFrom }),
          })),
        },
      };
    case 'PURPOSE_NOT_AGREED':
      return {
        reason,
        detail: {
          asked: request.purpose,
          agreements: nearest.map(({ version, agreement: { purposes } }) => ({ ...version, purposes })),
        },
      };
    case 'BASIS_NOT_AGREED':
      return {
        reason,
        detail: {
          asked: request.basis,
          agreements: nearest.map(({ version, agreement: { bases } }) => ({ ...version, bases })),
        },
      };
  }
}
