import fc from 'fast-check';
import { strictest } from '#privacy/strictest.js';
import type { Agreement } from './agreement.js';
import { checkAgreement } from './check-agreement.js';
import { decide } from './decide.js';
import type { AccessRequest, Decision, Permit } from './decision.js';
import { naiveDecide, outcomeOf } from './naive-decide.fixture.js';
import { prepareAgreement } from './prepared-agreement.js';
import { anyAgreement, anyAgreements, anyRequest, anyTime, PURPOSES, residents } from './small-world.fixture.js';

const RUNS = 800;

function decided(request: AccessRequest, agreements: readonly Agreement[], now: Date): Decision {
  const prepared = agreements.map((one) => prepareAgreement(one, true));
  return decide(request, residents, prepared, now);
}

/** Runs the property over the small world, and fails where an outcome that it should speak of was never met. */
function always(
  holds: (request: AccessRequest, agreements: readonly Agreement[], now: Date, another: Agreement) => Decision,
): void {
  const met = new Map<string, number>();
  const property = fc.property(
    anyRequest,
    anyAgreements,
    anyTime,
    anyAgreement,
    (request, agreements, now, another) => {
      const { outcome } = outcomeOf(holds(request, agreements, now, another));
      met.set(outcome, (met.get(outcome) ?? 0) + 1);
    },
  );
  fc.assert(property, { numRuns: RUNS });
  expect(OUTCOMES.filter((outcome) => !met.has(outcome))).toEqual([]);
}

const OUTCOMES = [
  'permit',
  'NO_AGREEMENT',
  'AGREEMENT_NOT_LIVE',
  'PURPOSE_NOT_AGREED',
  'BASIS_NOT_AGREED',
  'FIELD_NOT_AGREED',
  'FILTER_NOT_AGREED',
  'FILTER_REQUIRED',
];

describe('a decision', () => {
  it('is the one that the rules come to when written out naively', () => {
    always((request, agreements, now) => {
      const decision = decided(request, agreements, now);
      expect(outcomeOf(decision)).toEqual(naiveDecide(request, agreements, now));
      return decision;
    });
  });

  it('does not depend on the order of agreements', () => {
    always((request, agreements, now) => {
      const decision = decided(request, agreements, now);
      expect(decided(request, agreements.toReversed(), now)).toEqual(decision);
      return decision;
    });
  });

  it('is never a permit by agreements that are not in force', () => {
    always((request, agreements, now) => {
      const outOfForce = agreements.filter((one) => now < new Date(one.validFrom) || new Date(one.validUntil) <= now);
      expect(decided(request, outOfForce, now).outcome).toBe('deny');
      return decided(request, agreements, now);
    });
  });
});

describe('a permit', () => {
  it('means that each agreement behind it grants every field, filter and order', () => {
    always((request, agreements, now) => {
      const decision = decided(request, agreements, now);
      if (decision.outcome === 'permit') {
        const behind = agreements.filter(({ id }) => decision.agreements.some((one) => one.id === id));
        expect(behind).toHaveLength(decision.agreements.length);
        for (const one of behind) expectGranted(request, one);
      }
      return decision;
    });
  });

  it('obliges to what the request names, and to nothing beyond', () => {
    always((request, agreements, now) => {
      const decision = decided(request, agreements, now);
      if (decision.outcome === 'permit') {
        const { fields, filters } = decision.obligations;
        const ordering = request.orderBy.map(({ field }) => field);
        expect(new Set(Object.keys(fields))).toEqual(new Set([...request.select, ...ordering]));
        expect(new Set(Object.keys(filters))).toEqual(new Set(request.where.map(({ field }) => field)));
      }
      return decision;
    });
  });
});

describe('one agreement more', () => {
  it('never widens a permit, and never permits what those that cover the request refuse', () => {
    always((request, agreements, now, another) => {
      const before = decided(request, agreements, now);
      const more = agreements.filter(({ id }) => id !== another.id).concat(another);
      if (more.length === agreements.length) return before;
      const after = decided(request, more, now);
      if (before.outcome === 'permit' && after.outcome === 'permit') expectNoWider(after, before);
      const refused =
        before.outcome === 'deny' &&
        ['FIELD_NOT_AGREED', 'FILTER_NOT_AGREED', 'FILTER_REQUIRED'].includes(before.reason);
      if (refused) expect(after.outcome).toBe('deny');
      return before;
    });
  });

  it('leaves no more than either of two agreements would grant alone', () => {
    always((request, agreements, now, another) => {
      const [one = another] = agreements.filter(({ id }) => id !== another.id);
      const both = decided(request, [...new Set([one, another])], now);
      const alone = [one, another].map((each) => decided(request, [each], now));
      if (both.outcome === 'permit') {
        const permits = alone.filter((each) => each.outcome === 'permit');
        expect(permits.length).toBeGreaterThan(0);
        for (const each of permits) expectNoWider(both, each);
      }
      return both;
    });
  });
});

describe('withdrawing an agreement', () => {
  const withdraw = (one: Agreement, now: Date): Agreement => ({ ...one, withdrawnFrom: now.toISOString() });

  it('changes no permit that others grant, and permits nothing that was refused', () => {
    always((request, agreements, now, another) => {
      const before = decided(request, agreements.filter(({ id }) => id !== another.id).concat(another), now);
      const after = decided(
        request,
        agreements.filter(({ id }) => id !== another.id).concat(withdraw(another, now)),
        now,
      );
      if (after.outcome === 'permit') {
        expect(before).toMatchObject({ outcome: 'permit', obligations: after.obligations, quotas: after.quotas });
      }
      return before;
    });
  });

  it('leaves nothing where none that grants is left', () => {
    always((request, agreements, now) => {
      const withdrawn = agreements.map((one) => withdraw(one, now));
      expect(decided(request, withdrawn, now).outcome).toBe('deny');
      return decided(request, agreements, now);
    });
  });

  it('changes nothing before the time from which it is withdrawn, nor after it has ended', () => {
    always((request, agreements, now, another) => {
      const others = agreements.filter(({ id }) => id !== another.id);
      const before = decided(request, others.concat(another), now);
      const over = new Date(another.validUntil);
      const later = [{ ...another, withdrawnFrom: new Date(now.getTime() + 1).toISOString() }];
      if (another.withdrawnFrom === undefined) {
        expect(outcomeWithoutDigest(decided(request, others.concat(later), now))).toEqual(outcomeWithoutDigest(before));
        const ended = decided(request, others.concat(withdraw(another, now)), over);
        expect(outcomeWithoutDigest(ended)).toEqual(
          outcomeWithoutDigest(decided(request, others.concat(another), over)),
        );
      }
      return before;
    });
  });
});

describe('agreements that are narrowed to fewer purposes', () => {
  it.each(PURPOSES)('permit nothing for another than %s, and for it no field more', (purpose) => {
    always((request, agreements, now) => {
      const before = decided(request, agreements, now);
      const narrower = agreements
        .map((one) => ({ ...one, purposes: one.purposes.filter((each) => each === purpose) }))
        .filter(({ purposes }) => purposes.length > 0);
      const after = decided(request, narrower, now);
      if (request.purpose !== purpose || before.outcome === 'deny') expect(after.outcome).toBe('deny');
      else expect(after).toMatchObject({ outcome: 'permit', obligations: before.obligations });
      return before;
    });
  });
});

it('is said of agreements that fit the resource', () => {
  fc.assert(
    fc.property(anyAgreement, (one) => {
      expect(checkAgreement(residents, { ...one, resource: residents.id })).toEqual([]);
    }),
  );
});

/** The digest is over the words, of which the time of withdrawal is one. */
function outcomeWithoutDigest(decision: Decision) {
  const { policy, ...others } = outcomeOf(decision);
  expect(policy === undefined).toBe(decision.agreements.length === 0);
  return others;
}

function expectGranted(request: AccessRequest, { fields, requires = {} }: Agreement): void {
  for (const [field, most] of Object.entries(requires)) {
    const naming = request.where.filter((one) => one.field === field && (one.op === 'eq' || one.op === 'in'));
    expect(Math.min(...naming.map(({ value }) => [value].flat().length))).toBeLessThanOrEqual(most);
  }
  for (const field of request.select) expect(['omit', undefined]).not.toContain(fields[field]?.transform.kind);
  for (const { field } of request.orderBy) expect(fields[field]?.transform.kind).toBe('clear');
  for (const { field, op } of request.where) {
    const agreed = fields[field]!;
    expect(['truncate', 'truncate-text', 'generalise']).not.toContain(agreed.transform.kind);
    expect(agreed.filter?.includes(op) ?? agreed.transform.kind === 'clear').toBe(true);
  }
}

function expectNoWider(narrow: Permit, wide: Permit): void {
  for (const [field, transform] of Object.entries(narrow.obligations.fields)) {
    expect(strictest(wide.obligations.fields[field]!, transform)).toEqual(transform);
  }
  expect(narrow.obligations.filters).toEqual(wide.obligations.filters);
  expect(narrow.obligations.rows).toEqual(expect.arrayContaining(wide.obligations.rows));
  for (const [field, most] of Object.entries(wide.obligations.requires ?? {})) {
    expect(narrow.obligations.requires?.[field]).toBeLessThanOrEqual(most);
  }
  expect(narrow.obligations.maxRows).toBeLessThanOrEqual(wide.obligations.maxRows);
  expect(narrow.quotas).toEqual(expect.arrayContaining([...wide.quotas]));
}
