import fc from 'fast-check';
import { condition, operators, type Condition } from '#exchange/exchange-request.js';
import { checkRequest } from './check-request.js';
import { aRequest, aResource } from './housing-case.fixture.js';
import { resource } from './resource.js';

const residents = aResource();
const findingsFor = (...where: Condition[]) => checkRequest(residents, aRequest({ where }));

it('finds nothing wrong with a request that fits its resource', () => {
  const request = aRequest({
    select: ['name', 'income'],
    where: [
      { field: 'person_id', op: 'prefix', value: '990101' },
      { field: 'household_size', op: 'between', value: [1, 4] },
      { field: 'born_on', op: 'lt', value: '1990-01-01' },
      { field: 'moved_at', op: 'gte', value: '2020-01-01T00:00:00+08:00' },
      { field: 'married', op: 'eq', value: true },
      { field: 'district', op: 'in', value: ['东城区', '西城区'] },
    ],
    orderBy: [{ field: 'born_on', direction: 'desc' }],
  });
  expect(checkRequest(residents, request)).toEqual([]);
});

it('points at every name that is no field of the resource', () => {
  const request = aRequest({
    select: ['district', 'salary'],
    where: [{ field: 'shoe_size', op: 'eq', value: 42 }],
    orderBy: [{ field: 'district' }, { field: 'height' }],
  });
  expect(checkRequest(residents, request)).toEqual([
    { pointer: '/select/1', code: 'FIELD_UNKNOWN', message: 'the resource has no field salary' },
    { pointer: '/orderBy/1/field', code: 'FIELD_UNKNOWN', message: 'the resource has no field height' },
    { pointer: '/where/0/field', code: 'FIELD_UNKNOWN', message: 'the resource has no field shoe_size' },
  ]);
});

it('does not take a property of every object for a field', () => {
  expect(checkRequest(residents, aRequest({ select: ['constructor'], where: [] }))).toMatchObject([
    { pointer: '/select/0', code: 'FIELD_UNKNOWN' },
  ]);
  expect(findingsFor({ field: 'constructor', op: 'eq', value: 'x' })).toMatchObject([{ code: 'FIELD_UNKNOWN' }]);
});

it('refuses an operator that the resource does not offer', () => {
  expect(findingsFor({ field: 'name', op: 'eq', value: '张三' })).toEqual([
    { pointer: '/where/0/op', code: 'FILTER_INVALID', message: 'the resource does not filter name by eq' },
  ]);
});

it('refuses an operator that makes no sense of the type, even where a resource offers it', () => {
  const title = { zh: '测试', en: 'Test' };
  const careless = resource.parse({
    id: 'population/careless',
    title,
    sharing: 'conditional',
    fields: {
      married: { type: 'boolean', title, operators: operators },
      age: { type: 'integer', title, operators: operators },
      name: { type: 'string', title, operators: operators },
    },
  });
  const offered = (field: string, value: string | number | boolean) =>
    operators.filter((op) => {
      const wanted = op === 'in' ? [value] : op === 'between' ? [value, value] : value;
      const parsed = condition.safeParse({ field, op, value: wanted });
      return parsed.success && checkRequest(careless, aRequest({ select: [field], where: [parsed.data] })).length === 0;
    });
  expect(offered('married', true)).toEqual(['eq']);
  expect(offered('age', 5)).toEqual(['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'between']);
  expect(offered('name', 'x')).toEqual(operators);
});

it('points at each value that does not fit, and does not repeat it', () => {
  const findings = findingsFor(
    { field: 'household_size', op: 'in', value: [1, 'two', 3, '4'] },
    { field: 'born_on', op: 'eq', value: '2026-02-30' },
    { field: 'income', op: 'between', value: ['1.5', 2] },
  );
  expect(findings.map(({ pointer }) => pointer)).toEqual([
    '/where/0/value/1',
    '/where/0/value/3',
    '/where/1/value',
    '/where/2/value/1',
  ]);
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['FILTER_INVALID']));
  expect(JSON.stringify(findings)).not.toContain('2026-02-30');
});

it('refuses bounds in the wrong order, and takes equal ones', () => {
  expect(findingsFor({ field: 'household_size', op: 'between', value: [4, 1] })).toEqual([
    { pointer: '/where/0/value', code: 'FILTER_INVALID', message: 'the lower bound is above the upper' },
  ]);
  expect(findingsFor({ field: 'household_size', op: 'between', value: [4, 4] })).toEqual([]);
  expect(findingsFor({ field: 'person_id', op: 'between', value: ['b', 'A'] })).toEqual([]);
});

it('takes a list in any order', () => {
  expect(findingsFor({ field: 'household_size', op: 'in', value: [4, 1] })).toEqual([]);
});

it('never throws, and speaks of nothing but unknown fields and filters', () => {
  const scalar = fc.oneof(fc.string({ minLength: 1 }), fc.double(), fc.boolean());
  const field = fc.constantFrom(...Object.keys(residents.fields), 'constructor', 'unknown');
  const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ field, op: fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte'), value: scalar }),
    fc.record({ field, op: fc.constant('in'), value: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ field, op: fc.constant('between'), value: fc.tuple(scalar, scalar) }),
    fc.record({ field, op: fc.constant('prefix'), value: fc.string({ minLength: 1 }) }),
  );
  fc.assert(
    fc.property(fc.array(field), fc.array(anyCondition, { maxLength: 5 }), (select, where) => {
      const findings = checkRequest(residents, { select, where, orderBy: [] });
      for (const { code, pointer } of findings) {
        expect(['FIELD_UNKNOWN', 'FILTER_INVALID']).toContain(code);
        expect(pointer).toMatch(/^\/(select\/\d+|where\/\d+\/(field|op|value(\/\d+)?))$/);
      }
      const unknown = [...select, ...where.map((one) => one.field)].some(
        (name) => !Object.hasOwn(residents.fields, name),
      );
      expect(findings.some(({ code }) => code === 'FIELD_UNKNOWN')).toBe(unknown);
    }),
  );
});
