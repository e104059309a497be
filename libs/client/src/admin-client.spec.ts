import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { agreement } from '#policy/agreement.js';
import { isSignedBy, problem, startPeer, type Received, type Reply } from '../test/http-peer.js';
import { AdminClient } from './admin-client.js';
import { collect } from './pages.js';

const key = generateSigningKey();
const titles = { zh: '住房', en: 'Housing' };
const jwk = publicJwk(generateSigningKey('ES256').key);
const kid = jwk.kid!;
const anAgreement = agreement.parse({
  id: 'housing-residents',
  version: 1,
  consumer: 'housing/eligibility',
  resource: 'population/residents',
  purposes: ['gov:HousingEligibility'],
  bases: [{ law: 'L', article: '1' }],
  fields: { name: { transform: { kind: 'clear' } } },
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2028-01-01T00:00:00Z',
});

async function administering(answer: (request: Received) => Reply) {
  const peer = await startPeer(answer);
  const admin = new AdminClient({ gateway: peer.url, key });
  return { peer, admin, [Symbol.asyncDispose]: peer[Symbol.asyncDispose] };
}

/** As a registry does: gives back what it was given, under its id. */
const echo = ({ target, body }: Received): Reply => {
  const [, , , list, ...name] = target.split('/');
  const id = list === 'systems' ? name.join('/') : name[0];
  return { body: { id, ...(JSON.parse(body) as object) } };
};

it('registers departments, systems and agreements where the gateway expects them', async () => {
  await using set = await administering(echo);
  const department = {
    id: 'population',
    title: titles,
    adapterUrl: 'http://127.0.0.1:8811',
    keys: [jwk],
    resources: [],
  };
  expect(await set.admin.putDepartment(department)).toEqual(department);
  expect(await set.admin.putSystem('housing/eligibility', { title: titles })).toMatchObject({ title: titles });
  expect(await set.admin.putAgreement(anAgreement)).toEqual(anAgreement);
  expect(set.peer.received.map(({ method, target }) => `${method} ${target}`)).toEqual([
    'PUT /v1/admin/departments/population',
    'PUT /v1/admin/systems/housing/eligibility',
    'PUT /v1/admin/agreements/housing-residents',
  ]);
  expect(set.peer.received.every((one) => isSignedBy(key, one))).toBe(true);
});

it('registers and revokes keys by their thumbprints', async () => {
  await using set = await administering(({ method }) => ({
    body: { kid, jwk, ...(method === 'POST' ? { revokedAt: '2026-11-23T09:00:00+00:00' } : {}) },
  }));
  expect(await set.admin.putKey('housing/eligibility', kid, { jwk, notAfter: '2027-01-01T00:00:00Z' })).toEqual({
    kid,
    jwk,
  });
  expect((await set.admin.revokeKey('housing/eligibility', kid)).revokedAt).toBeDefined();
  const [put, revoke] = set.peer.received;
  expect(put?.target).toBe(`/v1/admin/systems/housing/eligibility/keys/${kid}`);
  expect(JSON.parse(put!.body)).toEqual({ jwk, notAfter: '2027-01-01T00:00:00Z' });
  expect(revoke).toMatchObject({ method: 'POST', target: `${put!.target}/revoke`, body: '' });
  expect(set.peer.received.every((one) => isSignedBy(key, one))).toBe(true);
});

it('lists what is registered, filtered where the gateway can', async () => {
  await using set = await administering(({ target }) => ({
    body: {
      items: target.includes('/systems')
        ? [{ id: 'housing/eligibility', title: titles, keys: [{ kid, jwk }] }]
        : [anAgreement],
    },
  }));
  const systems = await collect(set.admin.systems());
  expect(systems[0]?.keys[0]?.kid).toBe(kid);
  expect(await collect(set.admin.agreements({ consumer: 'housing/eligibility' }))).toEqual([anAgreement]);
  expect(set.peer.received[1]?.target).toBe('/v1/admin/agreements?consumer=housing%2Feligibility');
});

it('tells why it was refused', async () => {
  await using set = await administering(() => problem(403, 'OPERATOR_REQUIRED'));
  await expect(set.admin.putSystem('a/b', { title: titles })).rejects.toMatchObject({
    problem: { code: 'OPERATOR_REQUIRED' },
  });
});
