import type { Quota } from './agreement.js';
import type { AgreementVersion, Deny, Period, Permit, QuotaCharge } from './decision.js';

export type { Period, QuotaCharge };

/** The period of the quota that `now` falls in, by the UTC calendar. */
export function quotaPeriod(quota: Pick<Quota, 'per'>, now: Date): Period {
  const [year, month, day, hour] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), now.getUTCHours()];
  const between = (start: number, end: number): Period => ({ start: new Date(start), end: new Date(end) });
  switch (quota.per) {
    case 'hour':
      return between(Date.UTC(year, month, day, hour), Date.UTC(year, month, day, hour + 1));
    case 'day':
      return between(Date.UTC(year, month, day), Date.UTC(year, month, day + 1));
    case 'month':
      return between(Date.UTC(year, month), Date.UTC(year, month + 1));
  }
}

export function chargeOf(agreement: AgreementVersion, quota: Quota, now: Date): QuotaCharge {
  return { agreement, limit: quota.limit, per: quota.per, period: quotaPeriod(quota, now) };
}

/** What a permit becomes when counting found some of its quotas used up. */
export function denyForQuota(permit: Permit, exhausted: readonly QuotaCharge[]): Deny {
  return {
    outcome: 'deny',
    reason: 'QUOTA_EXCEEDED',
    detail: {
      exhausted: exhausted.map(({ agreement, limit, per, period }) => ({
        agreement,
        limit,
        per,
        until: period.end.toISOString(),
      })),
    },
    agreements: permit.agreements,
    policy: permit.policy,
  };
}
