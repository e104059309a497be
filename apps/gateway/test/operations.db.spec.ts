import { problems } from '#exchange/problem.js';
import { openLine } from '../../../test/support/postgres-line.js';
import { until } from '../../../test/support/until.js';
import { answerJson } from './fake-adapter.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { aRequest } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const get = (path: string) => send(gateway.origin, { method: 'GET', path, headers: {}, body: undefined });
const signed = (change: Record<string, unknown> = {}) => sign(stage.system, 'POST', '/v1/exchange', aRequest(change));

describe('readiness', () => {
  it('is there when all that it needs is', async () => {
    expect((await get('/health/ready')).json()).toEqual({
      ready: true,
      checks: { database: 'ok', registry: 'ok', outbox: 'ok' },
    });
  });

  it('is gone while events wait for longer than the log promises', async () => {
    await send(gateway.origin, signed());
    await stage.query("UPDATE outbox SET recorded_at = now() - interval '2 minutes'");
    const answer = await get('/health/ready');
    expect(answer.status).toBe(503);
    expect((answer.json().checks as { outbox: string }).outbox).toMatch(
      /events are not sequenced, the oldest for 1\d\d s/,
    );
    await stage.query('UPDATE outbox SET recorded_at = now()');
  });

  it('is gone while the database is silent, which holds no request up for ever, and comes back with it', async () => {
    await using line = await openLine(stage.databaseUrl);
    const hanging = await stage.start({ DATABASE_URL: line.url, STATEMENT_TIMEOUT_MS: '100' });
    const ready = () => send(hanging.origin, { method: 'GET', path: '/health/ready', headers: {}, body: undefined });
    line.silence();
    const [refused, unready] = await Promise.all([send(hanging.origin, signed()), ready()]);
    expect(refused.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
    expect(unready.status).toBe(503);
    expect(unready.json().checks).toMatchObject({ database: 'no answer within 2000 ms' });
    line.revive();
    await until(async () => (await ready()).status === 200);
    expect((await send(hanging.origin, signed())).status).toBe(200);
    await hanging.stop();
  }, 20_000);
});

it('counts exchanges by how they ended, commits by their size, and times adapters', async () => {
  await send(gateway.origin, signed());
  await send(gateway.origin, signed({ select: ['phone'] }));
  await send(gateway.origin, { ...signed(), body: Buffer.from('{}') });
  const { text } = await get('/metrics');
  expect(text).toMatch(/^sluice_exchanges_total\{reason="released"\} [1-9]/m);
  expect(text).toMatch(/^sluice_exchanges_total\{reason="FIELD_NOT_AGREED"\} 1$/m);
  expect(text).toMatch(/^sluice_commit_items_count\{kind="decision"\} [1-9]/m);
  expect(text).toMatch(/^sluice_adapter_duration_seconds_count\{department="population"\} [1-9]/m);
  expect(text).toMatch(/^sluice_refused_signatures_total\{code="DIGEST_MISMATCH",key="registered"\} 1$/m);
});

it('explains every problem code where its type points', async () => {
  const page = await get('/problems');
  expect(page.headers['content-type']).toMatch(/^text\/html/);
  for (const code of Object.keys(problems)) {
    expect(page.text).toContain(`<tr id="${code.toLowerCase().replaceAll('_', '-')}"><td><code>${code}</code></td>`);
  }
});

it('documents every route in OpenAPI 3.1, with the schema that validates it', async () => {
  const document = (await get('/docs/openapi.json')).json() as {
    openapi: string;
    paths: Record<string, Record<string, { requestBody?: unknown; responses: Record<string, unknown> }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/problems',
    '/v1/admin/agreements',
    '/v1/admin/agreements/{id}',
    '/v1/admin/agreements/{id}/versions',
    '/v1/admin/departments',
    '/v1/admin/departments/{id}',
    '/v1/admin/erasures',
    '/v1/admin/systems',
    '/v1/admin/systems/{department}/{name}',
    '/v1/admin/systems/{department}/{name}/keys/{kid}',
    '/v1/admin/systems/{department}/{name}/keys/{kid}/revoke',
    '/v1/catalogue',
    '/v1/exchange',
    '/v1/receipts/{id}',
  ]);
  const exchange = document.paths['/v1/exchange']!.post!;
  expect(JSON.stringify(exchange.requestBody)).toContain('"additionalProperties":false');
  expect(Object.keys(exchange.responses)).toEqual(
    expect.arrayContaining(['200', '400', '401', '403', '409', '429', '503']),
  );
});

it('finishes the exchanges under way before it stops', async () => {
  const stopping = await stage.start();
  const asked = Promise.withResolvers<() => void>();
  stage.adapter.answerWith((question, response) => {
    asked.resolve(() => {
      const { body, release } = stage.adapter.releaseOf(question);
      answerJson(response, body, release);
    });
  });
  const answering = send(stopping.origin, signed());
  const answerNow = await asked.promise;
  const stopped = stopping.stop();
  answerNow();
  expect((await answering).status).toBe(200);
  await stopped;
  stage.adapter.answerWell();
});
