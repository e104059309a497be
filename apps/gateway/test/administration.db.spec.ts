import type { SluiceEvent } from '#events/contract.js';
import { decode } from '#events/encode.js';
import type { RegistryChanged } from '#events/registry-changed.v1.js';
import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aDepartment, anAgreement, aResource, CONSUMER, RESOURCE } from './registered.js';
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
const version = async () =>
  (await stage.query<{ version: string }>('SELECT version FROM registry_version'))[0]!.version;
/** In the order in which they were made. */
const changes = async (): Promise<RegistryChanged[]> => {
  const rows = await stage.query<SluiceEvent>(
    "SELECT * FROM outbox WHERE type = 'registry.changed.v1' ORDER BY recorded_at, id",
  );
  return rows.map((event) => decode(event).entry as RegistryChanged);
};

describe('each change', () => {
  it('is an event that commits to the content and names the operator by the key', async () => {
    const before = (await changes()).length;
    await administer('PUT', 'systems/housing/archive', TITLE);
    expect((await changes()).slice(before)).toEqual([
      {
        type: 'registry.changed.v1',
        id: expect.any(String) as string,
        source: 'gateway',
        time: expect.any(String) as string,
        subject: 'system',
        name: 'housing/archive',
        action: 'created',
        content: sha256(canonicalJson({ id: 'housing/archive', ...TITLE })),
        by: `key:${stage.operator.kid}`,
        writer: expect.anything() as unknown,
      },
    ]);
  });

  it('tells department and resources apart', async () => {
    const before = (await changes()).length;
    const streets = aResource({ id: 'population/streets' });
    await administer(
      'PUT',
      'departments/population',
      aDepartment(stage.adapter, { resources: [aResource(), streets] }),
    );
    await administer('PUT', 'departments/population', aDepartment(stage.adapter));
    expect((await changes()).slice(before).map(({ subject, name, action }) => [subject, name, action])).toEqual([
      ['resource', 'population/streets', 'created'],
      ['resource', 'population/streets', 'revoked'],
    ]);
  });

  it.each<[string, 'PUT' | 'POST', string, () => unknown]>([
    ['a department', 'PUT', 'departments/population', () => aDepartment(stage.adapter)],
    ['a system', 'PUT', `systems/${CONSUMER}`, () => TITLE],
    ['an agreement', 'PUT', 'agreements/housing-population', () => anAgreement()],
  ])('that says of %s what is registered already changes nothing', async (_, method, path, body) => {
    const before = { version: await version(), changes: (await changes()).length };
    expect((await administer(method, path, body())).status).toBe(200);
    expect({ version: await version(), changes: (await changes()).length }).toEqual(before);
  });

  it('that is refused leaves nothing behind', async () => {
    const before = { version: await version(), changes: (await changes()).length };
    const broken = aDepartment(stage.adapter, { title: { zh: '新', en: 'New' }, resources: [] });
    expect((await administer('PUT', 'departments/population', broken)).status).toBe(409);
    expect({ version: await version(), changes: (await changes()).length }).toEqual(before);
    const { items } = (await administer('GET', 'departments')).json() as { items: { title: unknown }[] };
    expect(items[0]!.title).toEqual({ zh: '人口登记', en: 'Population register' });
  });

  it('that two operators make at once is made one after the other', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `systems/parallel/s${index}`);
    const before = Number(await version());
    const answers = await Promise.all(names.map((name) => administer('PUT', name, TITLE)));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(Number(await version())).toBe(before + names.length);
  });
});

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

describe('who may administer', () => {
  it('is no system, however well it signs', async () => {
    const answer = await send(gateway.origin, sign(stage.system, 'GET', '/v1/admin/departments'));
    expect(answer.problem()).toMatchObject({ status: 403, code: 'OPERATOR_REQUIRED' });
  });

  it('is nobody without a key that is known', async () => {
    const answer = await send(gateway.origin, sign(generateSigningKey(), 'GET', '/v1/admin/departments'));
    expect(answer.problem()).toMatchObject({ status: 401, code: 'KEY_UNKNOWN' });
  });

  it('does not ask for data with the same key', async () => {
    const answer = await send(gateway.origin, sign(stage.operator, 'POST', '/v1/exchange', {}));
    expect(answer.problem()).toMatchObject({ status: 401, code: 'KEY_UNKNOWN' });
  });
});

describe('a list', () => {
  it('goes on where its page ended, to the end', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await administer('GET', `systems?limit=2${from}`)).json() as {
        items: { id: string }[];
        next?: string;
      };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    const rows = await stage.query<{ id: string }>('SELECT id FROM system ORDER BY id');
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('of systems shows their keys, and of agreements the newest versions that are asked for', async () => {
    const systems = (await administer('GET', 'systems')).json() as { items: { id: string; keys: { kid: string }[] }[] };
    const keys = systems.items.find(({ id }) => id === CONSUMER)!.keys.map(({ kid }) => kid);
    expect(keys).toContain(stage.system.kid);
    const path = `agreements?consumer=${CONSUMER}&resource=${RESOURCE}`;
    const { items } = (await administer('GET', path)).json() as { items: { id: string; version: number }[] };
    expect(items.map(({ id }) => id)).toEqual(['growing', 'housing-population']);
    expect(items[0]!.version).toBe(2);
    expect((await administer('GET', 'agreements?consumer=housing/archive')).json()).toEqual({ items: [] });
  });

  it.each([
    'departments?limit=0',
    'departments?limit=many',
    'departments?limt=1',
    'systems?cursor=a&cursor=b',
    'agreements?cursor=%00',
  ])('is not asked for as %s', async (path) => {
    expect((await administer('GET', path)).problem()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});

describe('the catalogue', () => {
  const catalogue = (query = '') => send(gateway.origin, sign(stage.system, 'GET', `/v1/catalogue${query}`));

  it('shows a system what is shared, and nothing of the source or of what is not', async () => {
    const hidden = aResource({ id: 'population/adoptions', sharing: 'none' });
    await administer('PUT', 'departments/population', aDepartment(stage.adapter, { resources: [aResource(), hidden] }));
    expect((await catalogue()).json()).toEqual({ items: [aResource()] });
    expect((await catalogue('?cursor=population%2Fresidents')).json()).toEqual({ items: [] });
  });

  it('is not for strangers', async () => {
    const answer = await send(gateway.origin, { method: 'GET', path: '/v1/catalogue', headers: {}, body: undefined });
    expect(answer.problem().code).toBe('SIGNATURE_MISSING');
  });
});
