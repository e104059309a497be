import type { SluiceEvent } from '#events/contract.js';
import { decode } from '#events/encode.js';
import type { RegistryChanged } from '#events/registry-changed.v1.js';
import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { generateSigningKey } from '#exchange/keys.js';
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
    for (const agreement of [anAgreement({ id: 'growing' }), anAgreement({ id: 'growing', version: 2 })])
      await administer('PUT', 'agreements/growing', agreement);
    const path = `agreements?consumer=${CONSUMER}&resource=${RESOURCE}`;
    const { items } = (await administer('GET', path)).json() as { items: { id: string; version: number }[] };
    expect(items.map(({ id }) => id)).toEqual(['growing', 'housing-population']);
    expect(items[0]!.version).toBe(2);
    expect((await administer('GET', 'agreements?consumer=housing/without')).json()).toEqual({ items: [] });
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
