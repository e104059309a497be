import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { formatVkey } from '#merkle/note-key.js';
import { aWitness } from '../../../libs/client/test/cosigned-evidence.js';
import { logSigner, ORIGIN } from '../../../libs/client/test/evidence.js';
import { problem, type Received, type Reply } from '../../../libs/client/test/http-peer.js';
import { workplaceWith } from '../test/command.js';
import { honestGateway, residents } from '../test/honest-gateway.js';

const demo = join(import.meta.dirname, '..', '..', '..', 'deploy', 'demo');
const adapterKey = generateSigningKey();

/** Gives back what it was given, as a registry does. */
const echo = ({ target, body }: Received): Reply => ({
  body: { id: target.split('/').at(-1), ...(JSON.parse(body) as object) },
});

async function registering(answer: (request: Received) => Reply = echo) {
  const set = await workplaceWith(answer);
  cpSync(demo, set.place.path('demo'), { recursive: true });
  set.place.write('adapter.jwk.json', privateJwk(adapterKey));
  return set;
}

describe('loading a department', () => {
  const load = ['department', 'load', 'demo/departments/population.yaml', '--key-file', 'adapter.jwk.json'];

  it('registers what is public of it, and nothing of its source', async () => {
    await using set = await registering();
    const { exitCode, out } = await set.place.run([...load, '--adapter-url', 'http://127.0.0.1:8811']);
    expect(exitCode).toBe(0);
    expect(out).toContain('population/residents');
    const [{ target, body }] = set.peer.received as [Received];
    expect(target).toBe('/v1/admin/departments/population');
    const sent = JSON.parse(body) as { keys: unknown; resources: { fields: object }[] };
    expect(sent).toMatchObject({ adapterUrl: 'http://127.0.0.1:8811', keys: [publicJwk(adapterKey.key)] });
    expect(sent.resources[0]?.fields).toHaveProperty('resident_id', {
      type: 'string',
      title: { zh: '公民身份号码', en: 'Resident id' },
      operators: ['eq', 'in'],
    });
    for (const secret of ['id_number', 'resident_register', 'SOURCE_URL', 'postgres', privateJwk(adapterKey).d]) {
      expect(body).not.toContain(secret);
    }
  });

  it('names file, line and field of a mistake', async () => {
    await using set = await registering();
    set.place.write(
      'demo/departments/population.yaml',
      'department:\n  id: Population\n  title: { zh: 一, en: one }\n',
    );
    const { exitCode, err } = await set.place.run([...load, '--adapter-url', 'http://127.0.0.1:8811']);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/population\.yaml:2:3: department\.id/);
    expect(set.peer.received).toEqual([]);
  });

  it('tells what the gateway found', async () => {
    await using set = await registering(() =>
      problem(400, 'INVALID_REQUEST', {
        errors: [{ pointer: '/resources/0/id', message: 'must begin with population/' }],
      }),
    );
    const { exitCode, err } = await set.place.run([...load, '--adapter-url', 'http://127.0.0.1:8811']);
    expect(exitCode).toBe(1);
    expect(err).toContain(
      'INVALID_REQUEST: The request breaks its schema: /resources/0/id must begin with population/',
    );
  });
});

describe('loading agreements', () => {
  it('registers each file of a folder', async () => {
    await using set = await registering();
    const { exitCode } = await set.place.run(['agreement', 'load', 'demo/agreements']);
    expect(exitCode).toBe(0);
    const targets = set.peer.received.map(({ target }) => target);
    expect(targets).toContain('/v1/admin/agreements/housing-residents');
    expect(targets).toEqual([...targets].sort());
  });

  it('changes nothing where any of them has a mistake', async () => {
    await using set = await registering();
    set.place.write('demo/agreements/zzz.yaml', 'id: zzz\nversion: 0\n');
    const { exitCode, err } = await set.place.run(['agreement', 'load', 'demo/agreements']);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/zzz\.yaml:2:1: version/);
    expect(set.peer.received).toEqual([]);
  });

  it.each([['nothing-here'], ['home']])('finds none in %s', async (named) => {
    await using set = await registering();
    expect((await set.place.run(['agreement', 'load', named])).exitCode).toBe(2);
  });
});

it('lists agreements and departments', async () => {
  await using set = await registering(({ target }) => ({
    body: { items: target.includes('agreements') ? [] : [department] },
  }));
  expect((await set.place.run(['agreement', 'list', '--consumer', 'housing/eligibility'])).exitCode).toBe(0);
  expect(set.peer.received[0]?.target).toBe('/v1/admin/agreements?consumer=housing%2Feligibility');
  expect((await set.place.run(['department', 'list'])).out).toContain('http://127.0.0.1:8811');
});

const department = {
  id: 'population',
  title: { zh: '人口', en: 'Population' },
  adapterUrl: 'http://127.0.0.1:8811',
  keys: [publicJwk(adapterKey.key)],
  resources: [residents],
};

it('exports a trust file of logs, witnesses and departments', async () => {
  const vkey = formatVkey(logSigner.key);
  const shard = { shard: 0, origin: ORIGIN, vkey, size: 1, checkpoint: '', prefix: '/log/0/' };
  const asking = { ...department, id: 'planning', keys: [], resources: [] };
  const witnesses = [aWitness('w/a', 1), aWitness('w/b', 2)].map(({ named }) => named);
  await using set = await registering(({ target }) => {
    if (target === '/v1/shards') return { body: { shards: [shard] } };
    if (target !== '/v1/witnesses') return { body: { items: [department, asking] } };
    return { body: { quorum: 1, witnesses: witnesses.map((one) => ({ ...one, shards: [] })) } };
  });
  const { exitCode, out } = await set.place.run(['trust', 'export']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toEqual({
    ...{ logs: [{ origin: ORIGIN, vkey }], witnesses, quorum: 1 },
    departments: [{ id: 'population', keys: department.keys }],
  });
  await set.place.run(['trust', 'export', '--out', 'trust.json']);
  expect(JSON.parse(set.place.read('trust.json'))).toEqual(JSON.parse(out));
});

it('shows what there is to ask for', async () => {
  await using set = await workplaceWith(honestGateway());
  expect((await set.place.run(['catalogue'])).out).toContain('population/residents');
  expect((await set.place.run(['catalogue', 'population/residents'])).out).toMatch(/household_size.*integer.*gte/);
  expect((await set.place.run(['catalogue', 'population/nothing'])).exitCode).toBe(2);
});
