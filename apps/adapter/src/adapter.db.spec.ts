import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import canonicalize from 'canonicalize';
import { Client } from 'pg';
import type { SluiceEvent } from '#events/contract.js';
import { decode } from '#events/encode.js';
import { commit, sha256 } from '#exchange/commitment.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { signJws, verifyJws } from '#exchange/jws.js';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { DECISION_TYPE, RELEASE_TYPE, releaseClaims, type DecisionClaims } from '#exchange/tokens.js';
import { createLogger } from '#platform/logger.js';
import { aDecision, aRequest } from '../../../test/sources/residents.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { adapterConfig } from './adapter-config.js';
import { readDepartment } from './config/read-department.js';
import { openAdapter } from './open-adapter.js';

const gatewayKey = generateSigningKey();
const adapterKey = generateSigningKey();
const DEPARTMENT = `
department: { id: population, title: { zh: 人口库, en: Population Register } }
source: { kind: postgres, url: '\${SOURCE_URL}', statementTimeoutMs: 500 }
resources:
  - id: population/residents
    title: { zh: 居民, en: Residents }
    sharing: conditional
    from: { schema: secret_schema, table: secret_table }
    key: [resident_id]
    fields:
      resident_id: { column: secret_id, type: string, title: { zh: 号, en: Id }, operators: [eq, in] }
      name: { type: string, title: { zh: 名, en: Name }, operators: [eq, prefix] }
      district: { type: string, title: { zh: 区, en: District }, operators: [eq] }
      birth_date: { type: date, title: { zh: 生日, en: Birth }, operators: [eq, between] }
      household_size: { type: integer, title: { zh: 户, en: Size }, operators: [eq, gte] }
      mobile: { type: string, title: { zh: 电话, en: Mobile }, operators: [eq] }
`;

let folder: string;
let source: TestDatabase;
let own: TestDatabase;
const logged: string[] = [];
const logger = createLogger({ name: 'adapter', level: 'trace' }, { write: (line: string) => void logged.push(line) });
const published: SluiceEvent[] = [];
const running: NestFastifyApplication[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-adapter-'));
  source = await createTestDatabase();
  await query(
    source.url,
    `create schema secret_schema;
     create table secret_schema.secret_table (secret_id char(4) primary key, name text, district text, birth_date date,
       household_size int, mobile text);
     insert into secret_schema.secret_table select 'r' || to_char(n, 'FM000'), '张三' || n, 'd' || n % 3,
       date '1988-01-01' + n, n % 5, '138' || n from generate_series(0, 49) n`,
  );
  await writeFile(join(folder, 'population.yaml'), DEPARTMENT);
  await writeFile(join(folder, 'adapter.jwk.json'), JSON.stringify(privateJwk(adapterKey)));
  await writeFile(join(folder, 'gateway.jwks.json'), JSON.stringify({ keys: [publicJwk(gatewayKey.key)] }));
});
afterAll(async () => {
  await source.drop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  own = await createTestDatabase();
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  await own.drop();
  logged.length = 0;
  published.length = 0;
});

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** An adapter that listens, with a transport that remembers. Nobody is at the ledger's address. */
async function start(sourceUrl = source.url): Promise<string> {
  const config = adapterConfig.parse({
    DATABASE_URL: own.url,
    EVENTS_URL: own.url,
    LEDGER_URL: 'http://127.0.0.1:9',
    ADAPTER_CONFIG: join(folder, 'population.yaml'),
    ADAPTER_KEY_FILE: join(folder, 'adapter.jwk.json'),
    GATEWAY_KEYS_FILE: join(folder, 'gateway.jwks.json'),
  });
  const department = readDepartment(config.departmentFile, { SOURCE_URL: sourceUrl });
  const publisher = {
    publish: (_: string, events: readonly SluiceEvent[]) => {
      published.push(...events);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const app = await openAdapter(config, department, logger, { publisher });
  running.push(app);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

interface Asked {
  readonly body: Buffer;
  readonly decision: string;
  readonly claims: DecisionClaims;
}

function asked(request: Partial<ExchangeRequestInput> = {}, changes: Partial<DecisionClaims> = {}): Asked {
  const body = Buffer.from(JSON.stringify(aRequest(request), null, 1));
  const claims = aDecision(changes, body);
  return { body, claims, decision: signJws(claims, DECISION_TYPE, gatewayKey) };
}

async function send(url: string, { body, decision }: Pick<Asked, 'body' | 'decision'>) {
  const response = await fetch(`${url}/v1/release`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sluice-decision': decision },
    body: new Uint8Array(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, json: JSON.parse(bytes.toString()) as unknown };
}

/** All that was handed to the transport: an adapter that stops publishes what it still holds. */
async function publications(): Promise<readonly SluiceEvent[]> {
  for (const app of running.splice(0)) await app.close();
  return published;
}

const released = () => query<Record<string, unknown>>(own.url, 'select * from release');
const problem = (code: string) => expect.objectContaining({ code }) as unknown;

it('releases what is granted, signs it and has it on record with its event', async () => {
  const url = await start();
  const one = asked({
    select: ['name', 'household_size', 'resident_id'],
    where: [{ field: 'resident_id', op: 'eq', value: 'r007' }],
  });
  const { status, headers, bytes, json } = await send(url, one);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(json).toEqual({
    rows: [{ household_size: 2, name: '张**', resident_id: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as unknown }],
  });
  expect(bytes.toString()).toBe(canonicalize(json));
  const { payload } = verifyJws(
    headers.get('sluice-release') ?? '',
    RELEASE_TYPE,
    new Map([[adapterKey.kid, adapterKey.key]]),
  );
  const claims = releaseClaims.parse(payload);
  expect(claims).toMatchObject({
    iss: 'population',
    aud: 'housing/eligibility',
    jti: one.claims.jti,
    decision: sha256(one.decision),
    request: sha256(one.body),
    data: sha256(bytes),
    rows: 1,
    fields: ['household_size', 'name', 'resident_id'],
  });
  const [row, ...others] = await released();
  expect(others).toEqual([]);
  expect(row).toMatchObject({ id: one.claims.jti, decision: one.decision, consumer: 'housing/eligibility', rows: 1 });
  const [event] = await publications();
  const { entry } = decode(event!);
  expect(row?.entry).toEqual(event?.data);
  expect(entry).toMatchObject({
    id: one.claims.jti,
    source: 'adapter/population',
    fields: ['household_size', 'name', 'resident_id'],
    rows: 1,
    decision: sha256(one.decision),
    commitment: commit(Buffer.from(claims.nonce, 'base64url'), { request: claims.request, data: claims.data }),
  });
  expect(await query(own.url, 'select id, type, topic from outbox')).toEqual([
    { id: one.claims.jti, type: 'access.released.v1', topic: 'sluice.evidence.v1' },
  ]);
});

it('puts nothing of a person on the log or into its own lines', async () => {
  const url = await start();
  await send(url, asked({ where: [{ field: 'resident_id', op: 'eq', value: 'r007' }] }));
  const events = await publications();
  const texts = [...events.map(({ data }) => Buffer.from(data).toString()), ...logged].join('\n');
  expect(events).toHaveLength(1);
  for (const secret of ['r007', '张', 'officer-1042', 'GZF-2026']) expect(texts).not.toContain(secret);
});

it('acts on a decision once', async () => {
  const url = await start();
  const one = asked();
  expect((await send(url, one)).status).toBe(200);
  const again = await send(url, one);
  expect(again).toMatchObject({ status: 409, json: problem('DECISION_USED') });
  expect(again.headers.has('sluice-release')).toBe(false);
  expect(await released()).toHaveLength(1);
});

it('acts on a decision once, after a restart and in another process too', async () => {
  const one = asked();
  expect((await send(await start(), one)).status).toBe(200);
  await running.pop()?.close();
  expect((await send(await start(), one)).json).toEqual(problem('DECISION_USED'));
});

it('acts on a decision once where many try at the same moment, in two processes', async () => {
  const [first, second] = [await start(), await start()];
  const one = asked();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => send(index % 2 ? first : second, one)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  expect(await query(own.url, 'select 1 from outbox')).toHaveLength(1);
  expect(await publications()).toHaveLength(1);
});

it('lets nothing leave that it cannot record, and acts on the decision once it can', async () => {
  const url = await start();
  const one = asked();
  await query(own.url, 'alter table outbox rename to elsewhere');
  const refused = await send(url, one);
  expect(refused).toMatchObject({ status: 503, json: problem('RECORD_UNAVAILABLE') });
  expect(refused.bytes.toString()).not.toContain('张');
  expect(refused.headers.has('sluice-release')).toBe(false);
  expect(await released()).toEqual([]);
  expect(logged.join('')).not.toContain(one.decision);
  await query(own.url, 'alter table elsewhere rename to outbox');
  expect((await send(url, one)).status).toBe(200);
  expect(await publications()).toHaveLength(1);
});

it('releases no row outside the scope of the decision', async () => {
  const rows = [{ field: 'district', op: 'eq', value: 'd1' } as const];
  const { obligations } = aDecision();
  const { json } = await send(
    await start(),
    asked({ select: ['district'] }, { obligations: { ...obligations, rows } }),
  );
  expect(json).toEqual({ rows: Array.from({ length: 17 }, () => ({ district: 'd1' })) });
});

it('goes through all rows by cursors that show nothing of the key', async () => {
  const url = await start();
  const names: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await send(url, asked({ select: ['district'], limit: 20, ...(cursor && { cursor }) }));
    const data = page.json as { rows: object[]; next?: string };
    names.push(...data.rows);
    cursor = data.next;
    expect(Buffer.from(cursor ?? '', 'base64url').toString('latin1')).not.toMatch(/r\d{3}/);
  } while (cursor !== undefined);
  expect(names).toHaveLength(50);
});

it.each<[string, (one: Asked) => Pick<Asked, 'body' | 'decision'>, number, string]>([
  ['a body that is not JSON', () => forged(Buffer.from('{')), 400, 'MALFORMED_JSON'],
  ['a body of another shape', () => forged(Buffer.from('{"resource":1}')), 400, 'INVALID_REQUEST'],
  ['a widened request under a narrow decision', () => asked({ select: ['mobile'] }), 403, 'DECISION_EXCEEDED'],
  [
    'a filter on a hidden field',
    () => asked({ where: [{ field: 'mobile', op: 'eq', value: '1' }] }),
    403,
    'DECISION_EXCEEDED',
  ],
  ['a field that is not there', () => asked({ select: ['salary'] }), 422, 'FIELD_UNKNOWN'],
  ['a cursor of nobody', () => asked({ cursor: 'AAAA' }), 422, 'CURSOR_INVALID'],
  ['a decision for another department', () => asked({}, { aud: 'transport' }), 403, 'DECISION_NOT_FOR_US'],
  ['a resource that is not here', () => asked({}, { resource: 'population/others' }), 403, 'RESOURCE_UNKNOWN'],
  ['an old decision', () => asked({}, { iat: 1, exp: 31 }), 401, 'DECISION_EXPIRED'],
  ['another body', (one) => ({ ...one, body: Buffer.concat([one.body, Buffer.from(' ')]) }), 401, 'DECISION_INVALID'],
  ['no decision', ({ body }) => ({ body, decision: '' }), 401, 'DECISION_INVALID'],
])('refuses %s and records no release', async (_, of, status, code) => {
  const answer = await send(await start(), of(asked()));
  expect(answer).toMatchObject({ status, json: problem(code) });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await released()).toEqual([]);
});

function forged(body: Buffer): Pick<Asked, 'body' | 'decision'> {
  return { body, decision: signJws(aDecision({}, body), DECISION_TYPE, gatewayKey) };
}

it('tells nothing of its source when it fails, and is not ready then', async () => {
  const elsewhere = await createTestDatabase();
  const url = await start(elsewhere.url);
  const answer = await send(url, asked());
  expect(answer).toMatchObject({ status: 503, json: problem('SOURCE_UNAVAILABLE') });
  expect(answer.bytes.toString()).not.toMatch(/secret|relation|schema|postgres|select|127\.0\.0\.1/i);
  expect(await released()).toEqual([]);
  const ready = await fetch(`${url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ checks: { source: 'does not work: the log says why' } });
  expect(logged.join('')).toContain('42P01');
  await elsewhere.drop();
});

it('tells what it publishes, and nothing of where it comes from', async () => {
  const url = await start();
  const text = await (await fetch(`${url}/v1/resources`)).text();
  expect(JSON.parse(text)).toMatchObject({
    department: { id: 'population' },
    resources: [{ id: 'population/residents', fields: { resident_id: { type: 'string', operators: ['eq', 'in'] } } }],
  });
  expect(text).not.toContain('secret');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});

it('counts releases and refusals, and documents itself', async () => {
  const url = await start();
  await send(url, asked());
  await send(url, asked({}, { aud: 'transport' }));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('sluice_releases_total{reason="released"} 1');
  expect(metrics).toContain('sluice_releases_total{reason="DECISION_NOT_FOR_US"} 1');
  expect(metrics).toContain('sluice_released_rows_total 50');
  expect(metrics).toContain('sluice_source_duration_seconds_count{outcome="read"} 1');
  const document = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { openapi: string; paths: object };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/release', '/v1/resources']));
});
