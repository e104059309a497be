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
  PURPOSE,
} from './housing-case.fixture.js';
import type { PreparedAgreement } from './prepared-agreement.js';

const residents = aResource();
const ask = (agreements: readonly PreparedAgreement[], request = aRequest(), now = JUNE) =>
  decide(request, residents, agreements, now);
const version = (id: string) => ({ id, version: 1 });
const clear = { kind: 'clear' } as const;
const omit = { kind: 'omit' } as const;

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

describe('without an agreement that covers the request, the reason is', () => {
  it('that there is none between this consumer and this resource', () => {
    const others = [prepared({ consumer: 'education/admissions' }), prepared({ resource: 'population/deaths' })];
    expect(ask(others)).toEqual({
      outcome: 'deny',
      reason: 'NO_AGREEMENT',
      detail: { consumer: 'housing/allocation', resource: 'population/residents' },
      agreements: [],
    });
  });

  it('that it is not in force, with the time when it is', () => {
    const over = anAgreement({ validUntil: '2026-06-01T00:00:00Z' });
    expect(ask([prepared(over)])).toEqual({
      outcome: 'deny',
      reason: 'AGREEMENT_NOT_LIVE',
      detail: {
        agreements: [{ ...version('housing-residents'), validFrom: JANUARY, validUntil: '2026-06-01T00:00:00Z' }],
      },
      agreements: [version('housing-residents')],
      policy: sha256(canonicalJson([over])),
    });
  });

  it('that it is for another purpose, with its purposes', () => {
    expect(ask([prepared()], aRequest({ purpose: 'dpv:Marketing' }))).toMatchObject({
      reason: 'PURPOSE_NOT_AGREED',
      detail: { asked: 'dpv:Marketing', agreements: [{ ...version('housing-residents'), purposes: [PURPOSE] }] },
    });
  });

  it.each([
    ['law', { ...BASIS, law: '住房公积金管理条例' }],
    ['article', { ...BASIS, article: '第十条' }],
  ])('that it rests on another %s, with its bases', (_part, basis) => {
    expect(ask([prepared()], aRequest({ basis }))).toMatchObject({
      reason: 'BASIS_NOT_AGREED',
      detail: { asked: basis, agreements: [{ ...version('housing-residents'), bases: [BASIS] }] },
    });
  });

  it('that of the agreement which fails the fewest clauses', () => {
    const agreements = [
      prepared({ id: 'other-in-all', purposes: ['dpv:Marketing'], bases: [{ law: 'x', article: 'y' }] }),
      prepared({ id: 'other-basis', bases: [{ law: 'x', article: 'y' }] }),
    ];
    expect(ask(agreements)).toMatchObject({ reason: 'BASIS_NOT_AGREED', agreements: [version('other-basis')] });
  });

  it('that the right agreement expired, rather than that a live one is for another purpose', () => {
    const agreements = [
      prepared({ id: 'a-live', purposes: ['dpv:Marketing'] }),
      prepared({ id: 'b-expired', validUntil: '2026-06-01T00:00:00Z' }),
    ];
    expect(ask(agreements)).toMatchObject({ reason: 'AGREEMENT_NOT_LIVE', agreements: [version('b-expired')] });
  });
});

describe('a field is withheld', () => {
  const select = (field: string) => aRequest({ select: [field, 'district'], where: [] });

  it('that the agreement does not name, and the answer says what may be selected', () => {
    expect(ask([prepared()], select('income'))).toMatchObject({
      reason: 'FIELD_NOT_AGREED',
      detail: {
        withheld: [{ field: 'income', because: 'NOT_NAMED', by: [version('housing-residents')] }],
        granted: ['district', 'name', 'person_id'],
      },
    });
  });

  it('that the agreement omits', () => {
    const fields = { income: { transform: omit }, district: { transform: clear } };
    expect(ask([prepared({ fields })], select('income'))).toMatchObject({
      detail: { withheld: [{ field: 'income', because: 'OMITTED' }], granted: ['district'] },
    });
  });

  it('that one of two agreements does not name, by that one', () => {
    const other = prepared({ id: 'other', fields: { name: { transform: clear } } });
    expect(ask([prepared(), other])).toMatchObject({
      detail: { withheld: [{ field: 'district', because: 'NOT_NAMED', by: [version('other')] }], granted: ['name'] },
    });
  });

  it('that two agreements release in forms of which each hides what the other tells', () => {
    const other = prepared({ id: 'other', fields: { name: { transform: { kind: 'pseudonymise' } } } });
    expect(ask([prepared(), other], aRequest({ select: ['name'], where: [] }))).toMatchObject({
      detail: {
        withheld: [
          { field: 'name', because: 'TRANSFORMS_CONFLICT', by: [version('housing-residents'), version('other')] },
        ],
        granted: [],
      },
    });
  });
});

describe('a filter', () => {
  const filterBy = (field: string, value: string | number) =>
    aRequest({ select: ['district'], where: [{ field, op: 'eq', value }] });
  const district = { transform: clear };

  it('is granted on a clear field by every operator that the resource offers', () => {
    expect(ask([prepared()], filterBy('district', '东城区')).outcome).toBe('permit');
  });

  it('is not granted on a clear field beyond what the agreement lists', () => {
    const one = prepared({ fields: { district, person_id: { transform: clear, filter: ['in'] } } });
    expect(ask([one], filterBy('person_id', 'x'))).toMatchObject({
      reason: 'FILTER_NOT_AGREED',
      detail: { refused: [{ field: 'person_id', use: 'eq', granted: ['in'], by: [version('housing-residents')] }] },
    });
  });

  it('is not granted on a transformed field unless the agreement says so', () => {
    const year = { kind: 'truncate', to: 'year' } as const;
    const silent = prepared({ fields: { district, born_on: { transform: year } } });
    const explicit = prepared({ fields: { district, born_on: { transform: year, filter: ['eq'] } } });
    expect(ask([silent], filterBy('born_on', '1990-03-07'))).toMatchObject({ reason: 'FILTER_NOT_AGREED' });
    expect(ask([explicit], filterBy('born_on', '1990-03-07'))).toMatchObject({ outcome: 'permit' });
  });

  it('may be granted on an omitted field, which is filtered on and never released', () => {
    const one = prepared({ fields: { district, person_id: { transform: omit, filter: ['eq'] } } });
    expect(ask([one])).toMatchObject({ obligations: { fields: { district: clear }, filters: { person_id: ['eq'] } } });
    expect(ask([one], aRequest({ select: ['person_id'] }))).toMatchObject({ reason: 'FIELD_NOT_AGREED' });
  });

  it('is not granted on a field that is hidden altogether', () => {
    expect(ask([prepared()], filterBy('household_size', 3))).toMatchObject({
      reason: 'FILTER_NOT_AGREED',
      detail: { refused: [{ field: 'household_size', use: 'eq', granted: [] }] },
    });
  });

  it('is not granted by an agreement where the resource no longer offers it', () => {
    const one = prepared({ fields: { district, name: { transform: clear, filter: ['eq'] } } });
    expect(ask([one], filterBy('name', '张三'))).toMatchObject({ reason: 'FILTER_NOT_AGREED' });
  });

  it('is granted by all agreements that cover the request, or not at all', () => {
    const other = prepared({ id: 'other', fields: { district, person_id: { transform: clear, filter: ['in'] } } });
    expect(ask([prepared(), other])).toMatchObject({
      detail: { refused: [{ field: 'person_id', use: 'eq', granted: ['in'], by: [version('other')] }] },
    });
  });

  it('is refused once, however often it is used', () => {
    const where = ['a', 'b'].map((value) => ({ field: 'name', op: 'eq' as const, value }));
    expect(ask([prepared()], aRequest({ where }))).toHaveProperty('detail.refused.length', 1);
  });
});

describe('an order', () => {
  const orderBy = (field: string) => aRequest({ where: [], orderBy: [{ field }] });

  it('by a field that is not released in clear is refused: it tells what the transform hides', () => {
    expect(ask([prepared()], orderBy('name'))).toMatchObject({
      reason: 'FILTER_NOT_AGREED',
      detail: { refused: [{ field: 'name', use: 'order', granted: [], by: [version('housing-residents')] }] },
    });
  });

  it('by a field that is not granted is refused, even where the field may be filtered', () => {
    const fields = { district: { transform: clear }, person_id: { transform: omit, filter: ['eq' as const] } };
    expect(ask([prepared({ fields })], orderBy('person_id'))).toMatchObject({
      detail: { refused: [{ field: 'person_id', use: 'order', granted: ['eq'] }] },
    });
    expect(ask([prepared()], orderBy('income'))).toMatchObject({ reason: 'FILTER_NOT_AGREED' });
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
