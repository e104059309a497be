import { Client } from 'pg';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { anAgreement, aRequest, CONSUMER } from './registered.js';
import { send, sign, type Answer } from './signed-client.js';

let stage: Stage;
let one: RunningGateway;
let another: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  one = await stage.start();
  await stage.register(one);
  another = await stage.start();
});
afterAll(() => stage[Symbol.asyncDispose]());

const SECOND = 1000;
const askAt = (gateway: RunningGateway, key = stage.system) =>
  send(gateway.origin, sign(key, 'POST', '/v1/exchange', aRequest()));

/** Asks again and again until the answer is no 200. The time from the start to the last request of it in milliseconds. */
async function untilRefused(gateway: RunningGateway, key = stage.system): Promise<{ answer: Answer; took: number }> {
  const start = performance.now();
  for (;;) {
    const took = performance.now() - start;
    const answer = await askAt(gateway, key);
    if (answer.status !== 200) return { answer, took };
    if (took > 5 * SECOND) throw new Error('it is still answered');
  }
}

/** A gateway on a busy machine may refuse because it is not sure, before it refuses because it knows. */
const untilRefusedFor = (code: string, gateway: RunningGateway, key = stage.system) =>
  until(async () => (await askAt(gateway, key)).problem().code === code);

async function newKey() {
  const key = generateSigningKey();
  const path = `/v1/admin/systems/${CONSUMER}/keys/${key.kid}`;
  await stage.administer(one, 'PUT', path, { jwk: publicJwk(key.key) });
  return { key, revoke: () => stage.administer(one, 'POST', `${path}/revoke`) };
}

it('stops taking a revoked key within a second, in every process', async () => {
  const { key, revoke } = await newKey();
  await untilAnswered(() => askAt(another, key));
  expect((await askAt(one, key)).status).toBe(200);
  await revoke();
  expect((await untilRefused(another, key)).took).toBeLessThan(SECOND);
  await untilRefusedFor('KEY_NOT_VALID', another, key);
  await untilRefusedFor('KEY_NOT_VALID', one, key);
});

it('takes two keys of a system side by side while one takes over from the other', async () => {
  const { key } = await newKey();
  await untilAnswered(() => askAt(another, key));
  expect((await askAt(another)).status).toBe(200);
  expect((await askAt(another, key)).status).toBe(200);
});

it('takes a key in its validity alone', async () => {
  const key = generateSigningKey();
  const path = `/v1/admin/systems/${CONSUMER}/keys/${key.kid}`;
  const jwk = publicJwk(key.key);
  await stage.administer(one, 'PUT', path, { jwk, notBefore: '2080-01-01T00:00:00Z' });
  expect((await askAt(one, key)).problem().code).toBe('KEY_NOT_VALID');
  await stage.administer(one, 'PUT', path, { jwk, notAfter: '2021-01-01T00:00:00+08:00' });
  expect((await askAt(one, key)).problem().code).toBe('KEY_NOT_VALID');
  await stage.administer(one, 'PUT', path, { jwk });
  expect((await askAt(one, key)).status).toBe(200);
});

it('decides by a new version of an agreement within a second, in every process', async () => {
  const ended = anAgreement({ version: 2, validUntil: '2020-06-01T00:00:00Z' });
  await stage.administer(one, 'PUT', '/v1/admin/agreements/housing-population', ended);
  expect((await untilRefused(another)).took).toBeLessThan(SECOND);
  await untilRefusedFor('AGREEMENT_NOT_LIVE', another);
  await stage.administer(one, 'PUT', '/v1/admin/agreements/housing-population', anAgreement({ version: 3 }));
  expect((await askAt(one)).status).toBe(200);
});

describe('when the registry cannot be read', () => {
  it('refuses everything within a second, rather than trust what it remembers, and recovers by itself', async () => {
    const release = await lockRegistry();
    const { answer, took } = await untilRefused(one);
    expect(answer.problem()).toMatchObject({ status: 503, code: 'REGISTRY_STALE' });
    expect(took).toBeLessThan(1.5 * SECOND);
    const ready = await send(one.origin, { method: 'GET', path: '/health/ready', headers: {}, body: undefined });
    expect(ready).toMatchObject({ status: 503 });
    expect(ready.json()).toMatchObject({
      checks: { database: 'ok', registry: expect.stringMatching('STALE') as string },
    });
    await release();
    await untilAnswered(() => askAt(one));
  });

  it('connects again when its connection is cut', async () => {
    const [cut] = await stage.query<{ count: number }>(
      `SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity
       WHERE application_name = 'gateway registry' AND datname = current_database()`,
    );
    expect(cut!.count).toBeGreaterThan(0);
    const { revoke, key } = await newKey();
    await untilAnswered(() => askAt(another, key));
    await revoke();
    expect((await untilRefused(another, key)).took).toBeLessThan(SECOND);
  });
});

it('decides nothing between two of whom there is an agreement that it cannot read, and the rest as ever', async () => {
  const later = async (consumer: string) => {
    const content = { ...anAgreement({ id: `later-${consumer.length}`, consumer }), of: 'a release to come' };
    await stage.query(
      `INSERT INTO agreement (id, version, consumer, resource, content, approved_by) VALUES ($1, 1, $2, $3, $4, 'x')`,
      [content.id, consumer, content.resource, JSON.stringify(content)],
    );
    await stage.query('UPDATE registry_version SET version = version + 1');
  };
  await stage.administer(one, 'PUT', '/v1/admin/systems/housing/another', { title: { zh: '另一系统', en: 'Another' } });
  await later('housing/another');
  const gateway = await stage.start();
  expect(gateway.lines.some((line) => line.includes('permit nothing') && line.includes('agreements'))).toBe(true);
  expect((await askAt(gateway)).status).toBe(200);
  await later(CONSUMER);
  await until(async () => (await askAt(gateway)).status !== 200);
  expect((await askAt(gateway)).problem().code).toBe('REGISTRY_STALE');
  await gateway.stop();
});

/** Whoever reads the registry waits until it is let go, and nobody else. */
async function lockRegistry(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: stage.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE registry_version IN ACCESS EXCLUSIVE MODE');
  return () => client.end();
}

async function untilAnswered(ask: () => Promise<Answer>): Promise<void> {
  await until(async () => (await ask()).status === 200);
}
