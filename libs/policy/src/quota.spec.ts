import fc from 'fast-check';
import { decide } from './decide.js';
import type { Permit } from './decision.js';
import { aRequest, aResource, JUNE, prepared } from './housing-case.fixture.js';
import { denyForQuota, quotaPeriod } from './quota.js';

const pers = ['hour', 'day', 'month'] as const;

it.each([
  ['hour', '2026-12-31T23:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['day', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['month', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
] as const)('counts a %s in UTC, over the turn of the year', (per, start, end) => {
  const period = quotaPeriod({ per }, new Date('2026-12-31T23:59:59.999Z'));
  expect([period.start.toISOString(), period.end.toISOString()]).toEqual([start, end]);
});

it('knows February', () => {
  const { start, end } = quotaPeriod({ per: 'month' }, new Date('2028-02-29T12:00:00+08:00'));
  expect([start.toISOString(), end.toISOString()]).toEqual(['2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z']);
});

it('has every instant in exactly one period: it holds `now`, and each next begins where it ends', () => {
  const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom(...pers), instant, (per, now) => {
      const { start, end } = quotaPeriod({ per }, now);
      expect(start.getTime()).toBeLessThanOrEqual(now.getTime());
      expect(now.getTime()).toBeLessThan(end.getTime());
      expect(quotaPeriod({ per }, start)).toEqual({ start, end });
      expect(quotaPeriod({ per }, end).start).toEqual(end);
    }),
  );
});

it('turns a permit into a denial that says when to ask again', () => {
  const agreements = [prepared({ id: 'a', quota: { limit: 3, per: 'day' } }), prepared({ id: 'b' })];
  const permit = decide(aRequest(), aResource(), agreements, JUNE) as Permit;
  expect(permit.quotas).toHaveLength(1);
  expect(denyForQuota(permit, permit.quotas)).toEqual({
    outcome: 'deny',
    reason: 'QUOTA_EXCEEDED',
    detail: {
      exhausted: [{ agreement: { id: 'a', version: 1 }, limit: 3, per: 'day', until: '2026-06-16T00:00:00.000Z' }],
    },
    agreements: permit.agreements,
    policy: permit.policy,
  });
});
