import { exchangeRequest, type ExchangeRequestInput } from '#exchange/exchange-request.js';
import { agreement, type Agreement } from './agreement.js';
import type { AccessRequest } from './decision.js';
import { prepareAgreement, type PreparedAgreement } from './prepared-agreement.js';
import { resource, type Resource } from './resource.js';

const untitled = { zh: '测试', en: 'Test' };

export const JANUARY = '2026-01-01T00:00:00Z';
export const JUNE = new Date('2026-06-15T10:20:30Z');
export const NEXT_JANUARY = '2027-01-01T00:00:00Z';
export const BASIS = { law: '公共租赁住房管理办法', article: '第九条' };
export const PURPOSE = 'sluice:HousingEligibility';

/** A register with a field of each type. What it can filter on at all is what fits the type, but for `name`. */
export function aResource(changes: Partial<Resource> = {}): Resource {
  const field = (type: string, ...operators: readonly string[]) => ({ type, title: untitled, operators });
  const ordered = ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'between'];
  return resource.parse({
    id: 'population/residents',
    title: untitled,
    sharing: 'conditional',
    fields: {
      person_id: field('string', 'eq', 'in', 'between', 'prefix'),
      name: field('string'),
      district: field('string', 'eq', 'in'),
      household_size: field('integer', ...ordered),
      income: field('decimal', ...ordered),
      married: field('boolean', 'eq'),
      born_on: field('date', ...ordered),
      moved_at: field('timestamp', ...ordered),
    },
    ...changes,
  });
}

/** Grants the person's id in clear, the name masked, and the district in clear. */
export function anAgreement(changes: Partial<Agreement> = {}): Agreement {
  return agreement.parse({
    id: 'housing-residents',
    version: 1,
    consumer: 'housing/allocation',
    resource: 'population/residents',
    purposes: [PURPOSE],
    bases: [BASIS],
    fields: {
      person_id: { transform: { kind: 'clear' } },
      name: { transform: { kind: 'mask', keepStart: 1, keepEnd: 0 } },
      district: { transform: { kind: 'clear' } },
    },
    validFrom: JANUARY,
    validUntil: NEXT_JANUARY,
    ...changes,
  });
}

export function prepared(changes: Partial<Agreement> = {}): PreparedAgreement {
  return prepareAgreement(anAgreement(changes), true);
}

/** Asks for one person's district. */
export function aRequest({
  consumer = 'housing/allocation',
  ...changes
}: Partial<ExchangeRequestInput> & { readonly consumer?: string } = {}): AccessRequest {
  const request = exchangeRequest.parse({
    resource: 'population/residents',
    mode: 'records',
    purpose: PURPOSE,
    basis: BASIS,
    case: 'GZF-2026-0001',
    officer: 'officer-17',
    select: ['district'],
    where: [{ field: 'person_id', op: 'eq', value: '990101199003071234' }],
    ...changes,
  });
  return { ...request, consumer };
}
