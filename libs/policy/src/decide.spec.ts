import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { obligations } from '#exchange/obligations.js';
import { obligationsFor } from './combine.js';
import { decide } from './decide.js';
import {
  anAgreement,
  aRequest,
  aResource,
  BASIS,
  JANUARY,
  JUNE,
  NEXT_JANUARY,
  prepared,
} from './housing-case.fixture.js';
import type { PreparedAgreement } from './prepared-agreement.js';

const residents = aResource();
const ask = (agreements: readonly PreparedAgreement[], request = aRequest(), now = JUNE) =>
  decide(request, residents, agreements, now);
const version = (id: string) => ({ id, version: 1 });
const clear = { kind: 'clear' } as const;

describe('a permit', () => {
  it('binds to the least that the request needs, and names what it rests on', () => {
    const one = anAgreement({ maxRows: 50, rows: [{ field: 'district', op: 'in', value: ['东城区'] }] });
    expect(ask([prepared(one)])).toEqual({
      outcome: 'permit',
      obligations: {
        fields: { district: clear },
        filters: { person_id: ['eq'] },
        rows: [{ field: 'district', op: 'in', value: ['东城区'] }],
        maxRows: 50,
      },
      agreements: [version('housing-residents')],
      policy: sha256(canonicalJson([one])),
      basis: BASIS,
      quotas: [],
    });
  });

  it('carries each transform, and obligations that an adapter can read', () => {
    const decision = ask([prepared()], aRequest({ select: ['name', 'person_id'] }));
    expect(decision).toMatchObject({
      obligations: { fields: { name: { kind: 'mask', keepStart: 1, keepEnd: 0 }, person_id: clear } },
    });
    expect(obligations.safeParse('obligations' in decision && decision.obligations).success).toBe(true);
  });

  it('allows each operator that is used, once, and grants no release of a field that is only filtered on', () => {
    const request = aRequest({
      select: ['district'],
      where: [
        { field: 'person_id', op: 'prefix', value: '99' },
        { field: 'person_id', op: 'eq', value: '990101' },
        { field: 'person_id', op: 'prefix', value: '9901' },
      ],
    });
    expect(ask([prepared()], request)).toMatchObject({
      obligations: { fields: { district: clear }, filters: { person_id: ['prefix', 'eq'] } },
    });
  });

  it('names an ordering field in clear, since the adapter sorts by nothing else', () => {
    const request = aRequest({ select: ['name'], orderBy: [{ field: 'person_id' }] });
    expect(ask([prepared()], request)).toMatchObject({ obligations: { fields: { person_id: clear } } });
  });

  it('keeps a field that every object seems to have apart from one', () => {
    const fields = Object.fromEntries([['constructor', { transform: clear }]]);
    const { district } = residents.fields;
    const odd = aResource({ fields: Object.fromEntries([['constructor', district!]]) });
    const request = aRequest({ select: ['constructor'], where: [{ field: 'constructor', op: 'eq', value: 'x' }] });
    expect(ask([prepared()], request)).toMatchObject({ outcome: 'deny', reason: 'FIELD_NOT_AGREED' });
    const decision = decide(request, odd, [prepared({ fields })], JUNE);
    expect(decision).toHaveProperty('obligations.filters', Object.fromEntries([['constructor', ['eq']]]));
  });

  it('charges every quota, for the period that the request falls in', () => {
    const decision = ask([
      prepared({ id: 'a', quota: { limit: 100, per: 'day' } }),
      prepared({ id: 'b' }),
      prepared({ id: 'c', quota: { limit: 3000, per: 'month' } }),
    ]);
    expect(decision).toHaveProperty('quotas', [
      {
        agreement: version('a'),
        limit: 100,
        per: 'day',
        period: { start: new Date('2026-06-15T00:00:00Z'), end: new Date('2026-06-16T00:00:00Z') },
      },
      {
        agreement: version('c'),
        limit: 3000,
        per: 'month',
        period: { start: new Date('2026-06-01T00:00:00Z'), end: new Date('2026-07-01T00:00:00Z') },
      },
    ]);
  });
});

describe('an agreement is in force', () => {
  it.each([
    ['from its first instant', JANUARY, 'permit'],
    ['until, and not at, its last', NEXT_JANUARY, 'deny'],
    ['up to the millisecond before', '2026-12-31T23:59:59.999Z', 'permit'],
    ['not the millisecond before its first', '2025-12-31T23:59:59.999Z', 'deny'],
    ['not at a time that is none', 'never', 'deny'],
  ])('%s', (_when, now, outcome) => {
    expect(ask([prepared()], aRequest(), new Date(now)).outcome).toBe(outcome);
  });
});

describe('several agreements', () => {
  const rows = (value: string) => [{ field: 'district', op: 'eq' as const, value }];

  it('combine to the strictest of each', () => {
    const a = prepared({ id: 'a', maxRows: 10, rows: rows('东城区') });
    const b = prepared({
      id: 'b',
      maxRows: 20,
      rows: rows('西城区'),
      fields: {
        name: { transform: { kind: 'mask', keepStart: 3, keepEnd: 1 } },
        person_id: { transform: { kind: 'mask', keepStart: 6, keepEnd: 0 }, filter: ['eq'] },
      },
    });
    expect(ask([b, a], aRequest({ select: ['name', 'person_id'] }))).toMatchObject({
      obligations: {
        fields: {
          name: { kind: 'mask', keepStart: 1, keepEnd: 0 },
          person_id: { kind: 'mask', keepStart: 6, keepEnd: 0 },
        },
        filters: { person_id: ['eq'] },
        rows: [...rows('东城区'), ...rows('西城区')],
        maxRows: 10,
      },
      agreements: [version('a'), version('b')],
    });
  });

  it('go on to be bound by one that was withdrawn, until it ends', () => {
    const wide = prepared({ id: 'a' });
    const narrow = prepared({ id: 'b', maxRows: 1, withdrawnFrom: '2026-06-01T00:00:00Z' });
    expect(ask([wide, narrow])).toMatchObject({
      obligations: { maxRows: 1 },
      agreements: [version('a'), version('b')],
    });
    const ended = prepared({ id: 'b', maxRows: 1, withdrawnFrom: JANUARY, validUntil: '2026-06-01T00:00:00Z' });
    expect(ask([wide, ended])).toMatchObject({ obligations: { maxRows: 1000 }, agreements: [version('a')] });
    expect(ask([narrow])).toMatchObject({
      reason: 'AGREEMENT_NOT_LIVE',
      detail: { agreements: [{ id: 'b', withdrawnFrom: '2026-06-01T00:00:00Z' }] },
    });
  });

  it('combine only where they cover the request', () => {
    const agreements = [
      prepared({ id: 'a' }),
      prepared({ id: 'b', maxRows: 1, purposes: ['dpv:Marketing'] }),
      prepared({ id: 'c', maxRows: 1, validUntil: '2026-06-01T00:00:00Z' }),
      prepared({ id: 'd', maxRows: 1, bases: [{ law: 'x', article: 'y' }] }),
    ];
    expect(ask(agreements)).toMatchObject({ obligations: { maxRows: 1000 }, agreements: [version('a')] });
  });

  it('are listed by id and then version, in whatever order they come', () => {
    const agreements = [prepared({ id: 'b' }), prepared({ id: 'a', version: 2 }), prepared({ id: 'a' })];
    expect(ask(agreements)).toHaveProperty('agreements', [version('a'), { id: 'a', version: 2 }, version('b')]);
  });
});

it('does not decide by the fields of another resource', () => {
  expect(() => decide(aRequest(), aResource({ id: 'population/deaths' }), [prepared()], JUNE)).toThrow(
    'RESOURCE_MISMATCH: population/residents',
  );
});

it('obliges to nothing that is not granted, whoever asks for obligations', () => {
  expect(obligationsFor(aRequest({ select: ['income', 'district'] }), [prepared()]).fields).toEqual({
    district: clear,
  });
});
