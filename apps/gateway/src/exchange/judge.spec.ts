import { exchangeRequest } from '#exchange/exchange-request.js';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { aDepartment, anAgreement, aRequest, aResource, CONSUMER } from '../../test/registered.js';
import { buildSnapshot } from '../registry/registry-snapshot.js';
import type { StoredRegistry } from '../registry/stored-registry.js';
import { judge } from './judge.js';

const NOW = new Date('2026-11-23T00:00:00Z');
const { resources, ...content } = aDepartment({
  url: 'http://adapter.test',
  key: publicJwk(generateSigningKey().key),
});
const stored: StoredRegistry = {
  version: '1',
  departments: [{ id: 'population', content }],
  resources,
  systems: [],
  keys: [],
  agreements: [anAgreement()],
  unreadable: [],
};

const judged = (change: Record<string, unknown> = {}, registry: Partial<StoredRegistry> = {}) =>
  judge(
    buildSnapshot({ ...stored, ...registry }, new Map()),
    { ...exchangeRequest.parse(aRequest(change)), consumer: CONSUMER },
    NOW,
  );

it('permits what is agreed, and says which adapter may be asked', () => {
  expect(judged()).toMatchObject({
    outcome: 'permit',
    provider: { id: 'population', adapterUrl: 'http://adapter.test' },
    mentions: { resource: 'population/residents', select: ['name'], where: ['resident_id'] },
  });
});

it('knows no resource of a department that has no adapter', () => {
  const departments = [{ id: 'population', content: { title: content.title, keys: content.keys } }];
  expect(judged({}, { departments })).toMatchObject({ outcome: 'deny', reason: 'RESOURCE_UNKNOWN' });
});

it('knows a resource that is not shared as little as one that there is not, whatever is asked of it', () => {
  const hidden = resources.map((one) => ({ ...one, sharing: 'none' as const }));
  const denied = { outcome: 'deny', reason: 'RESOURCE_UNKNOWN', explained: { extra: {} } };
  expect(judged({}, { resources: hidden, agreements: [] })).toMatchObject(denied);
  expect(judged({ select: ['shoe_size'] }, { resources: hidden, agreements: [] })).toMatchObject(denied);
});

it('looks for what is wrong with the request itself before it looks for agreements', () => {
  expect(judged({ select: ['shoe_size'] }, { agreements: [] })).toMatchObject({ reason: 'FIELD_UNKNOWN' });
  expect(judged({}, { agreements: [] })).toMatchObject({ reason: 'NO_AGREEMENT' });
});

it('mentions purpose and basis where some agreement names them, whoever the agreement is with', () => {
  const elsewhere = anAgreement({ id: 'elsewhere', consumer: 'tax/audit', purposes: ['gov:Tax'] });
  const verdict = judged({ purpose: 'gov:Tax' }, { agreements: [anAgreement(), elsewhere] });
  expect(verdict).toMatchObject({ outcome: 'deny', mentions: { purpose: 'gov:Tax', basis: anAgreement().bases[0] } });
  expect(judged({ purpose: 'gov:Tax' }).mentions).not.toHaveProperty('purpose');
});

it('mentions a field that is filtered twice once, and a field that nobody knows never', () => {
  const twice = { field: 'name', op: 'eq', value: 'x' };
  const { mentions } = judged({ where: [twice, twice, { ...twice, field: 'whose_words' }] });
  expect(mentions.where).toEqual(['name']);
});

it('decides by none of the agreements once the resource has changed under them', () => {
  const fields = Object.fromEntries(Object.entries(aResource().fields).filter(([name]) => name !== 'name'));
  expect(() => judged({ select: ['born_on'] }, { resources: [aResource({ fields })] })).toThrow('AGREEMENT_INVALID');
});

describe('an agreement that this release cannot read', () => {
  const unread = (between?: { consumer: string; resource: string }) => ({
    unreadable: [{ list: 'agreements', reason: 'a member that is not known', between } as const],
  });
  const between = { consumer: CONSUMER, resource: 'population/residents' };

  it('forbids what the others would permit, since it may forbid it', () => {
    expect(() => judged({}, unread(between))).toThrow('REGISTRY_STALE');
    expect(() => judged({}, unread())).toThrow('REGISTRY_STALE');
  });

  it('is nothing to anybody else', () => {
    expect(judged({}, unread({ ...between, consumer: 'tax/audit' })).outcome).toBe('permit');
    expect(judged({}, unread({ ...between, resource: 'population/deaths' })).outcome).toBe('permit');
    const key = { unreadable: [{ list: 'keys', reason: 'another kind' } as const] };
    expect(judged({}, key).outcome).toBe('permit');
  });
});
