import type { ExchangeRequest } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import type { Resource } from '#policy/resource.js';
import { aDecision, aRequest, RESIDENTS } from '../../../../test/sources/residents.js';
import { checkObligations } from './check-obligations.js';

function refusal(
  request: Partial<ExchangeRequest> = {},
  decision: Partial<DecisionClaims> = {},
  resource: Resource = RESIDENTS,
): string | undefined {
  try {
    checkObligations(resource, aRequest(request), aDecision(decision));
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
  return undefined;
}

const { obligations } = aDecision();

it('lets through what the decision grants', () => {
  expect(refusal()).toBeUndefined();
  expect(
    refusal({ select: ['name', 'district'], orderBy: [{ field: 'district', direction: 'desc' }] }),
  ).toBeUndefined();
});

it.each<[string, Partial<ExchangeRequest>]>([
  ['a field that the decision does not name', { select: ['name', 'mobile'] }],
  ['a field that the decision omits', { select: ['birth_date'] }],
  ['a filter on a field that the decision does not open', { where: [{ field: 'mobile', op: 'eq', value: '1' }] }],
  ['an operator that the decision does not grant', { where: [{ field: 'resident_id', op: 'in', value: ['1'] }] }],
  ['an order by a field that is masked', { orderBy: [{ field: 'name', direction: 'asc' }] }],
  ['an order by a field that is hidden', { orderBy: [{ field: 'mobile', direction: 'asc' }] }],
  ['another resource', { resource: 'population/households' }],
  ['another purpose', { purpose: 'gov:Planning' }],
])('refuses %s', (_, request) => {
  expect(refusal(request)).toBe('DECISION_EXCEEDED');
});

it('holds a request to the fields that it must name, and to how many values', () => {
  const filters: DecisionClaims['obligations']['filters'] = { resident_id: ['eq', 'in'], district: ['eq'] };
  const asked = (where: ExchangeRequest['where'], requires: Record<string, number>) =>
    refusal({ where }, { obligations: { ...obligations, filters, requires } });
  const one: ExchangeRequest['where'] = [{ field: 'resident_id', op: 'eq', value: 'x' }];
  const two: ExchangeRequest['where'] = [{ field: 'resident_id', op: 'in', value: ['x', 'y'] }];
  const elsewhere: ExchangeRequest['where'] = [{ field: 'district', op: 'eq', value: '上城区' }];
  expect(asked(one, { resident_id: 1 })).toBeUndefined();
  expect(asked(two, { resident_id: 2 })).toBeUndefined();
  expect(asked(two, { resident_id: 1 })).toBe('DECISION_EXCEEDED');
  expect(asked([], { resident_id: 1 })).toBe('DECISION_EXCEEDED');
  expect(asked(elsewhere, { resident_id: 1 })).toBe('DECISION_EXCEEDED');
  expect(asked(one, { resident_id: 1, district: 1 })).toBe('DECISION_EXCEEDED');
});

it('filters by nothing that is released in part, whatever was decided', () => {
  const where: ExchangeRequest['where'] = [{ field: 'birth_date', op: 'eq', value: '1988-07-15' }];
  const fields = { ...obligations.fields, birth_date: { kind: 'truncate', to: 'month' } as const };
  const filters: DecisionClaims['obligations']['filters'] = { birth_date: ['eq'] };
  expect(refusal({ where }, { obligations: { ...obligations, filters } })).toBeUndefined();
  expect(refusal({ where }, { obligations: { ...obligations, fields, filters } })).toBe('DECISION_EXCEEDED');
});

it('is not fooled by names that every object has', () => {
  const odd: Resource = { ...RESIDENTS, fields: { ...RESIDENTS.fields, constructor: RESIDENTS.fields.name } };
  expect(refusal({ select: ['constructor'] }, {}, odd)).toBe('DECISION_EXCEEDED');
  expect(refusal({ where: [{ field: 'constructor', op: 'eq', value: 'x' }] }, {}, odd)).toBe('DECISION_EXCEEDED');
  expect(refusal({ select: ['constructor'] })).toBe('FIELD_UNKNOWN');
});

it('refuses what is not to be shared, whatever was decided', () => {
  expect(refusal({}, {}, { ...RESIDENTS, sharing: 'none' })).toBe('DECISION_EXCEEDED');
});

it.each<[string, Partial<ExchangeRequest>, string]>([
  ['an unknown field', { select: ['salary'] }, 'FIELD_UNKNOWN'],
  ['an order by an unknown field', { orderBy: [{ field: 'salary', direction: 'asc' }] }, 'FIELD_UNKNOWN'],
  ['a value of another type', { where: [{ field: 'resident_id', op: 'eq', value: 7 }] }, 'FILTER_INVALID'],
  ['a date that does not exist', { where: [{ field: 'birth_date', op: 'eq', value: '1988-02-30' }] }, 'FILTER_INVALID'],
])('refuses %s', (_, request, code) => {
  expect(refusal(request)).toBe(code);
});

it.each<[string, Partial<DecisionClaims['obligations']>]>([
  ['a transform of a field that is not there', { fields: { ...obligations.fields, salary: { kind: 'clear' } } }],
  [
    'a transform that the type does not have',
    { fields: { ...obligations.fields, district: { kind: 'truncate', to: 'year' } } },
  ],
  ['a condition on a field that is not there', { rows: [{ field: 'salary', op: 'gt', value: 1 }] }],
  ['a condition by a value of another type', { rows: [{ field: 'district', op: 'eq', value: true }] }],
])('denies where an obligation cannot be met: %s', (_, changes) => {
  expect(refusal({}, { obligations: { ...obligations, ...changes } })).toBe('DECISION_INVALID');
});
