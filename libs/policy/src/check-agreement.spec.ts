import { checkAgreement } from './check-agreement.js';
import { anAgreement, aResource } from './housing-case.fixture.js';

const residents = aResource();

it('finds nothing wrong with an agreement that fits its resource', () => {
  const fitting = anAgreement({
    fields: {
      name: { transform: { kind: 'mask', keepStart: 1, keepEnd: 0 }, filter: [] },
      person_id: { transform: { kind: 'omit' }, filter: ['eq', 'prefix'] },
      born_on: { transform: { kind: 'truncate', to: 'year' } },
    },
    rows: [{ field: 'district', op: 'in', value: ['东城区'] }],
  });
  expect(checkAgreement(residents, fitting)).toEqual([]);
});

it('does not hold an agreement against another resource', () => {
  expect(checkAgreement(aResource({ id: 'population/deaths' }), anAgreement())).toEqual([
    { pointer: '/resource', code: 'RESOURCE_MISMATCH', message: 'is not population/deaths' },
  ]);
});

it('refuses an agreement on a resource that is not to be shared', () => {
  expect(checkAgreement(aResource({ sharing: 'none' }), anAgreement())).toEqual([
    { pointer: '/resource', code: 'RESOURCE_NOT_SHARED', message: 'population/residents is not to be shared' },
  ]);
});

it('points at a field that the resource does not have', () => {
  const wishful = anAgreement({
    fields: Object.fromEntries([['constructor', { transform: { kind: 'clear' } as const }]]),
  });
  expect(checkAgreement(residents, wishful)).toEqual([
    { pointer: '/fields/constructor', code: 'FIELD_UNKNOWN', message: 'the resource has no field constructor' },
  ]);
});

it('points at a transform that is not for the type, and at a filter that is not offered', () => {
  const careless = anAgreement({
    fields: { name: { transform: { kind: 'generalise', step: 10 }, filter: ['eq'] } },
  });
  expect(checkAgreement(residents, careless)).toMatchObject([
    { pointer: '/fields/name/transform', code: 'TRANSFORM_UNFIT' },
    { pointer: '/fields/name/filter', code: 'FILTER_INVALID' },
    { pointer: '/fields/name/filter/0', code: 'FILTER_INVALID' },
  ]);
});

it('refuses a filter that makes no sense of the type, even where the resource offers it', () => {
  const { married } = residents.fields;
  const careless = aResource({ fields: { married: { ...married!, operators: ['eq', 'prefix'] } } });
  const agreed = anAgreement({ fields: { married: { transform: { kind: 'clear' }, filter: ['eq', 'prefix'] } } });
  expect(checkAgreement(careless, agreed)).toMatchObject([
    { pointer: '/fields/married/filter/1', code: 'FILTER_INVALID' },
  ]);
});

it('refuses a filter on a field that is released in part', () => {
  const transform = { kind: 'truncate', to: 'month' } as const;
  const agreed = (filter: 'between'[]) => anAgreement({ fields: { born_on: { transform, filter } } });
  expect(checkAgreement(residents, agreed([]))).toEqual([]);
  expect(checkAgreement(residents, agreed(['between']))).toMatchObject([
    { pointer: '/fields/born_on/filter', code: 'FILTER_INVALID' },
  ]);
});

it('demands that a field which is required exists and may be named', () => {
  const named = (requires: Record<string, number>) => checkAgreement(residents, anAgreement({ requires }));
  expect(named({ person_id: 1, district: 20 })).toEqual([]);
  expect(named({ salary: 1 })).toMatchObject([{ pointer: '/requires/salary', code: 'FIELD_UNKNOWN' }]);
  expect(named({ name: 1 })).toMatchObject([{ pointer: '/requires/name', code: 'FILTER_INVALID' }]);
  expect(named({ born_on: 1 })).toMatchObject([{ pointer: '/requires/born_on', code: 'FILTER_INVALID' }]);
});

it('checks the conditions on rows as it checks filters', () => {
  const careless = anAgreement({
    rows: [
      { field: 'district', op: 'eq', value: '东城区' },
      { field: 'born_on', op: 'lt', value: '2026-02-30' },
      { field: 'height', op: 'eq', value: 1 },
    ],
  });
  expect(checkAgreement(residents, careless)).toMatchObject([
    { pointer: '/rows/1/value', code: 'FILTER_INVALID' },
    { pointer: '/rows/2/field', code: 'FIELD_UNKNOWN' },
  ]);
});
