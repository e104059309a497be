import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessFailed } from '#events/access-failed.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import type { Deadlines, ExchangeEntry, Seen } from './pair-records.js';

export const deadlines: Deadlines = { pairWithin: 120_000, releaseWithin: 60_000, skew: 5000 };
export const NOON = Date.parse('2026-11-23T12:00:00.000Z');

const id = '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90';
const hash = (letter: string) => letter.repeat(43);
const time = (after: number) => new Date(NOON + after).toISOString();

export function aPermit(over: Partial<AccessDecided> = {}): AccessDecided {
  return {
    ...{ type: 'access.decided.v1', id, source: 'gateway', time: time(0), consumer: 'housing/eligibility' },
    ...{ authenticated: true, mode: 'records', outcome: 'permit', resource: 'population/residents' },
    ...{ purpose: 'gov:HousingEligibility', select: ['district', 'name'], where: ['resident_id'] },
    ...{ agreements: [{ id: 'housing', version: 1 }], policy: hash('p'), decision: hash('d'), limit: 10 },
    ...{ commitment: hash('c'), ...over },
  };
}

export function aDenial(over: Partial<AccessDecided> = {}): AccessDecided {
  return { ...aPermit({ outcome: 'deny', reason: 'NO_AGREEMENT', ...over }), decision: undefined, limit: undefined };
}

/** The department was asked by `decision`, and then the exchange was on record already. */
export function aReplay(over: Partial<AccessDecided> = {}): AccessDecided {
  const own = '0198f3b2-7c5e-7d11-9a30-2f1c6d7e8f91';
  return { ...aDenial({ id: own, reason: 'REPLAYED', repeats: id }), decision: hash('q'), ...over };
}

export function aRelease(over: Partial<AccessReleased> = {}): AccessReleased {
  return {
    ...{ type: 'access.released.v1', id, source: 'adapter/population', time: time(20) },
    ...{ consumer: 'housing/eligibility', resource: 'population/residents', purpose: 'gov:HousingEligibility' },
    ...{ fields: ['name'], rows: 1, policy: hash('p'), decision: hash('d'), commitment: hash('r'), ...over },
  };
}

export function aFailure(over: Partial<AccessFailed> = {}): AccessFailed {
  return {
    ...{ type: 'access.failed.v1', id, source: 'gateway', time: time(5000), consumer: 'housing/eligibility' },
    ...{ resource: 'population/residents', reason: 'ADAPTER_TIMEOUT', ...over },
  };
}

/** The entries as the log has them: all sequenced at noon, or so many milliseconds later, at indices from 0. */
export function seen(entries: readonly ExchangeEntry[], after: readonly number[] = []): Seen[] {
  return entries.map((entry, index) => ({ shard: 0, index, seenAt: NOON + (after[index] ?? 0), entry }));
}
