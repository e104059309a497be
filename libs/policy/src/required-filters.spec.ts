import { decide } from './decide.js';
import { aRequest, aResource, JUNE, prepared } from './housing-case.fixture.js';
import type { Condition } from '#exchange/exchange-request.js';
import type { PreparedAgreement } from './prepared-agreement.js';

const ask = (agreements: readonly PreparedAgreement[], ...where: Condition[]) =>
  decide(aRequest({ where }), aResource(), agreements, JUNE);
const one: Condition = { field: 'person_id', op: 'eq', value: 'x' };
const several = (...value: string[]): Condition => ({ field: 'person_id', op: 'in', value });
const district: Condition = { field: 'district', op: 'eq', value: '东城区' };
const byId = prepared({ requires: { person_id: 1 } });
const version = (id: string) => ({ id, version: 1 });

it('denies a request that does not name what the agreement is keyed by, and says which field that is', () => {
  expect(ask([byId])).toMatchObject({
    outcome: 'deny',
    reason: 'FILTER_REQUIRED',
    detail: { required: [{ field: 'person_id', most: 1, by: [version('housing-residents')] }] },
    agreements: [version('housing-residents')],
    policy: byId.policy,
  });
});

it('permits one that does, and binds the adapter to it', () => {
  expect(ask([byId], one)).toMatchObject({ outcome: 'permit', obligations: { requires: { person_id: 1 } } });
  expect(ask([byId], district, several('x'))).toMatchObject({ outcome: 'permit' });
  expect(ask([prepared()])).toMatchObject({ outcome: 'permit' });
  expect(ask([prepared()])).not.toHaveProperty('obligations.requires');
});

it.each<[string, Condition]>([
  ['another field', district],
  ['a range, be it of one value', { field: 'person_id', op: 'between', value: ['x', 'x'] }],
  ['a beginning', { field: 'person_id', op: 'prefix', value: 'x' }],
  ['more values than are allowed', several('x', 'y')],
  ['a value that is named twice, as if it were two', several('x', 'x')],
])('takes %s for no name', (_, condition) => {
  expect(ask([byId], condition)).toMatchObject({ reason: 'FILTER_REQUIRED' });
});

it('requires of several agreements what each requires, by the fewest values', () => {
  const few = prepared({ id: 'few', requires: { person_id: 3, district: 1 } });
  const more = prepared({ id: 'more', requires: { person_id: 2 } });
  expect(ask([few, more], several('x', 'y', 'z'))).toMatchObject({
    detail: {
      required: [
        { field: 'person_id', most: 2, by: [version('few'), version('more')] },
        { field: 'district', most: 1, by: [version('few')] },
      ],
    },
  });
  expect(ask([few, more], several('x', 'y'), district)).toMatchObject({
    obligations: { requires: { person_id: 2, district: 1 } },
  });
});

it('goes on to require what a withdrawn agreement does', () => {
  const withdrawn = prepared({ id: 'gone', requires: { person_id: 1 }, withdrawnFrom: '2026-02-01T00:00:00Z' });
  expect(ask([prepared(), withdrawn])).toMatchObject({ reason: 'FILTER_REQUIRED' });
});
