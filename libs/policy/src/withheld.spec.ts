import { decide } from './decide.js';
import { aRequest, aResource, JUNE, prepared } from './housing-case.fixture.js';
import type { Transform } from '#privacy/transform.js';
import type { PreparedAgreement } from './prepared-agreement.js';

const residents = aResource();
const ask = (agreements: readonly PreparedAgreement[], request = aRequest()) =>
  decide(request, residents, agreements, JUNE);
const version = (id: string) => ({ id, version: 1 });
const clear = { kind: 'clear' } as const;
const omit = { kind: 'omit' } as const;

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
    const mask = { kind: 'mask', keepStart: 6, keepEnd: 4 } as const;
    const silent = prepared({ fields: { district, person_id: { transform: mask } } });
    const explicit = prepared({ fields: { district, person_id: { transform: mask, filter: ['eq'] } } });
    expect(ask([silent], filterBy('person_id', 'x'))).toMatchObject({ reason: 'FILTER_NOT_AGREED' });
    expect(ask([explicit], filterBy('person_id', 'x'))).toMatchObject({ outcome: 'permit' });
  });

  it.each<[string, Transform, string | number]>([
    ['born_on', { kind: 'truncate', to: 'month' }, '1990-03-07'],
    ['person_id', { kind: 'truncate-text', characters: 6 }, 'x'],
    ['household_size', { kind: 'generalise', step: 5 }, 3],
  ])('is never granted on %s where it is released in part, even if an agreement says so', (field, transform, value) => {
    const one = prepared({ fields: { district, [field]: { transform, filter: ['eq'] } } });
    expect(ask([one], filterBy(field, value))).toMatchObject({
      reason: 'FILTER_NOT_AGREED',
      detail: { refused: [{ field, use: 'eq', granted: [] }] },
    });
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
