import type { Agreement } from '#policy/agreement.js';
import type { Resource } from '#policy/resource.js';
import type { DepartmentBody } from '../src/administration/department.schema.js';
import type { FakeAdapter } from './fake-adapter.js';

export const CONSUMER = 'housing/eligibility';
export const RESOURCE = 'population/residents';
export const BASIS = { law: '公共租赁住房管理办法', article: '第九条' };

export function aResource(change: Partial<Resource> = {}): Resource {
  const field = (type: 'string' | 'date', operators: Resource['fields'][string]['operators'] = []) => ({
    type,
    title: { zh: '字段', en: 'Field' },
    operators,
  });
  return {
    id: RESOURCE,
    title: { zh: '常住人口', en: 'Residents' },
    sharing: 'conditional',
    fields: {
      resident_id: field('string', ['eq']),
      name: field('string', ['eq', 'prefix']),
      born_on: field('date', ['eq', 'lt']),
      phone: field('string', ['eq']),
    },
    ...change,
  };
}

export function aDepartment(
  { url, key }: Pick<FakeAdapter, 'url' | 'key'>,
  change: Partial<DepartmentBody> = {},
): DepartmentBody {
  return {
    title: { zh: '人口登记', en: 'Population register' },
    adapterUrl: url,
    keys: [key],
    resources: [aResource()],
    ...change,
  };
}

export function anAgreement(change: Partial<Agreement> = {}): Agreement {
  return {
    id: 'housing-population',
    version: 1,
    consumer: CONSUMER,
    resource: RESOURCE,
    purposes: ['gov:HousingEligibility'],
    bases: [BASIS],
    fields: {
      name: { transform: { kind: 'clear' } },
      resident_id: { transform: { kind: 'omit' }, filter: ['eq'] },
      born_on: { transform: { kind: 'truncate', to: 'year' } },
    },
    rows: [],
    maxRows: 100,
    validFrom: '2020-01-01T00:00:00Z',
    validUntil: '2090-01-01T00:00:00Z',
    ...change,
  };
}

/** Distinctive, so that a leak of them can be found. */
export const OFFICER = 'officer-Zhang-7731';
export const CASE = 'GZF-2026-998877';
export const RESIDENT = '990101198807011234';

/** A permitted one, or what is left of it after the change. */
export function aRequest(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    resource: RESOURCE,
    mode: 'records',
    purpose: 'gov:HousingEligibility',
    basis: BASIS,
    case: CASE,
    officer: OFFICER,
    select: ['name'],
    where: [{ field: 'resident_id', op: 'eq', value: RESIDENT }],
    ...change,
  };
}
