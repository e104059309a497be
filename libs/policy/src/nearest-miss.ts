import type { AccessRequest, Refusal } from './decision.js';
import type { PreparedAgreement } from './prepared-agreement.js';

type CoverReason = 'AGREEMENT_NOT_LIVE' | 'PURPOSE_NOT_AGREED' | 'BASIS_NOT_AGREED';

interface Clause {
  readonly reason: CoverReason;
  readonly holds: (one: PreparedAgreement, request: AccessRequest, at: number) => boolean;
}

/** What an agreement must meet to take part in a decision, in the order in which reasons are looked for. */
const clauses: readonly Clause[] = [
  { reason: 'AGREEMENT_NOT_LIVE', holds: (one, _request, at) => one.liveFrom <= at && at < one.liveUntil },
  { reason: 'PURPOSE_NOT_AGREED', holds: (one, request) => one.agreement.purposes.includes(request.purpose) },
  {
    reason: 'BASIS_NOT_AGREED',
    holds: (one, { basis }) =>
      one.agreement.bases.some(({ law, article }) => law === basis.law && article === basis.article),
  },
];

export function covers(one: PreparedAgreement, request: AccessRequest, at: number): boolean {
  return clauses.every(({ holds }) => holds(one, request, at));
}

/**
 * Why none of the agreements covers the request, told of those that fail the fewest clauses: an expired agreement for
 * the right purpose says more than a live one for another. Among equals the first clause in order is the reason.
 */
export function nearestMiss(
  agreements: readonly PreparedAgreement[],
  request: AccessRequest,
  at: number,
): { readonly refusal: Refusal; readonly nearest: readonly PreparedAgreement[] } {
  const misses = agreements.map((one) => ({
    one,
    failed: clauses.filter(({ holds }) => !holds(one, request, at)).map(({ reason }) => reason),
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
          agreements: nearest.map(({ version, agreement: { validFrom, validUntil } }) => ({
            ...version,
            validFrom,
            validUntil,
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
