import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aDepartment, anAgreement, aResource, CONSUMER } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const TITLE = { title: { zh: '公租房', en: 'Housing' } };
const administer = (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) =>
  send(gateway.origin, sign(stage.operator, method, `/v1/admin/${path}`, body));
describe('an agreement', () => {
  it('grows by versions, each of which stays as it was', async () => {
    const first = anAgreement({ id: 'growing' });
    const second = anAgreement({ id: 'growing', version: 2, maxRows: 5 });
    expect((await administer('PUT', 'agreements/growing', first)).status).toBe(200);
    expect((await administer('PUT', 'agreements/growing', second)).status).toBe(200);
    expect((await administer('PUT', 'agreements/growing', first)).status).toBe(200);
    const rewritten = await administer('PUT', 'agreements/growing', { ...first, maxRows: 7 });
    expect(rewritten.problem()).toMatchObject({ code: 'CONFLICT', next: 3 });
    const skipped = await administer('PUT', 'agreements/growing', { ...first, version: 9 });
    expect(skipped.problem()).toMatchObject({ code: 'CONFLICT', next: 3 });
    const versions = (await administer('GET', 'agreements/growing/versions')).json();
    expect(versions).toEqual({ items: [second, first] });
  });

  it.each(['UPDATE agreement SET content = content', 'DELETE FROM agreement'])(
    'is history to the database: %s',
    (sql) => expect(stage.query(sql)).rejects.toThrow('never changed'),
  );

  it.each<[string, Record<string, unknown>, string]>([
    ['another id than its path', { id: 'another' }, '/id'],
    ['a consumer that nobody registered', { consumer: 'housing/nobody' }, '/consumer'],
    ['a resource that nobody registered', { resource: 'population/nothing' }, '/resource'],
    ['a field that the resource has not', { fields: { shoe: { transform: { kind: 'clear' } } } }, '/fields/shoe'],
    [
      'a transform that does not fit',
      { fields: { name: { transform: { kind: 'generalise', step: 5 } } } },
      '/fields/name/transform',
    ],
    ['a row scope that does not fit', { rows: [{ field: 'name', op: 'lt', value: 'x' }] }, '/rows/0/op'],
    ['no field', { fields: {} }, '/fields'],
    ['an end before its beginning', { validUntil: '2001-01-01T00:00:00Z' }, '/validUntil'],
    ['NUL in a law', { bases: [{ law: 'a\0', article: 'b' }] }, '/bases/0/law'],
  ])('with %s is refused', async (_, change, pointer) => {
    const answer = await administer('PUT', 'agreements/refused', { ...anAgreement({ id: 'refused' }), ...change });
    expect(answer.problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(answer.problem().errors!.map((one) => one.pointer)).toContain(pointer);
  });

  it('that is in force is not broken by a change of its resource', async () => {
    const fields = Object.fromEntries(Object.entries(aResource().fields).filter(([name]) => name !== 'name'));
    const answer = await administer(
      'PUT',
      'departments/population',
      aDepartment(stage.adapter, { resources: [aResource({ fields })] }),
    );
    expect(answer.problem()).toMatchObject({
      code: 'CONFLICT',
      agreements: expect.arrayContaining([{ id: 'housing-population', version: 1 }]) as unknown,
    });
  });
});

describe('a department', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an adapter at a port that cannot be', { adapterUrl: 'http://127.0.0.1:1e9' }, '/adapterUrl'],
    ['an adapter that is a file', { adapterUrl: 'file:///etc/passwd' }, '/adapterUrl'],
    ['an adapter with a password', { adapterUrl: 'http://a:b@adapter.test' }, '/adapterUrl'],
    ['an adapter with a query', { adapterUrl: 'http://adapter.test/?x=1' }, '/adapterUrl'],
    ['resources without an adapter', { adapterUrl: undefined }, '/adapterUrl'],
    ['a resource of another department', { resources: [aResource({ id: 'tax/payers' })] }, '/resources/0/id'],
    ['a resource twice', { resources: [aResource(), aResource()] }, '/resources'],
    ['NUL in its title', { title: { zh: 'a\0', en: 'b' } }, '/title/zh'],
    ['a lone surrogate in its title', { title: { zh: '\ud800', en: 'b' } }, '/title/zh'],
    ['a private key', { keys: [privateJwk(generateSigningKey())] }, '/keys/0'],
    [
      'a key under the name of another',
      { keys: [{ ...publicJwk(generateSigningKey().key), kid: generateSigningKey().kid }] },
      '/keys/0',
    ],
    [
      'a point that is not on the curve',
      { keys: [{ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }] },
      '/keys/0',
    ],
  ])('with %s is refused', async (_, change, pointer) => {
    const body = { ...aDepartment(stage.adapter), ...change };
    const answer = await administer('PUT', 'departments/population', body);
    expect(answer.problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(answer.problem().errors!.map((one) => one.pointer)).toContain(pointer);
  });

  it('that only asks has no adapter', async () => {
    const answer = await administer('PUT', 'departments/housing', { title: { zh: '住房', en: 'Housing' } });
    expect(answer.json()).toEqual({ id: 'housing', title: { zh: '住房', en: 'Housing' }, keys: [], resources: [] });
  });

  it.each(['departments/Population', 'departments/a--b', 'systems/housing/x%2Fy', 'systems/HOUSING/x'])(
    'or system is not called %s',
    async (path) => {
      const body = path.startsWith('systems') ? TITLE : aDepartment(stage.adapter, { resources: [] });
      expect((await administer('PUT', path, body)).problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
});

describe('a key', () => {
  const pathOf = (kid: string, system = CONSUMER) => `systems/${system}/keys/${kid}`;

  it('is registered under its thumbprint alone', async () => {
    const { kid, key } = generateSigningKey();
    const other = generateSigningKey();
    expect((await administer('PUT', pathOf(other.kid), { jwk: publicJwk(key) })).problem().code).toBe(
      'INVALID_REQUEST',
    );
    const answer = await administer('PUT', pathOf(kid), { jwk: { ...publicJwk(key), kid: undefined } });
    expect(answer.json()).toEqual({ kid, jwk: publicJwk(key) });
  });

  it('belongs to one system', async () => {
    await administer('PUT', 'systems/housing/second', TITLE);
    const jwk = publicJwk(stage.system.key);
    const answer = await administer('PUT', pathOf(stage.system.kid, 'housing/second'), { jwk });
    expect(answer.problem().code).toBe('CONFLICT');
  });

  it('is never valid again once it was revoked, and revoking twice is revoking once', async () => {
    const { kid, key } = generateSigningKey();
    const jwk = publicJwk(key);
    await administer('PUT', pathOf(kid), { jwk });
    const revoked = await administer('POST', `${pathOf(kid)}/revoke`);
    expect(revoked.json()).toMatchObject({ kid, revokedAt: expect.any(String) as string });
    expect((await administer('POST', `${pathOf(kid)}/revoke`)).json()).toEqual(revoked.json());
    expect((await administer('PUT', pathOf(kid), { jwk })).problem().code).toBe('CONFLICT');
  });

  it('of nobody is not found', async () => {
    const { kid, key } = generateSigningKey();
    expect((await administer('POST', `${pathOf(kid)}/revoke`)).problem().code).toBe('NOT_FOUND');
    const jwk = publicJwk(key);
    expect((await administer('PUT', pathOf(kid, 'housing/nobody'), { jwk })).problem().code).toBe('NOT_FOUND');
  });

  it('is not valid until before it is valid from', async () => {
    const { kid, key } = generateSigningKey();
    const body = { jwk: publicJwk(key), notBefore: '2030-01-01T00:00:00Z', notAfter: '2029-01-01T00:00:00Z' };
    expect((await administer('PUT', pathOf(kid), body)).problem().code).toBe('INVALID_REQUEST');
  });

  it.each(['0000-06-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'])(
    'is not valid from %s, which no database can say',
    async (notBefore) => {
      const { kid, key } = generateSigningKey();
      const answer = await administer('PUT', pathOf(kid), { jwk: publicJwk(key), notBefore });
      expect(answer.problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
});
