import canonicalize from 'canonicalize';
import { decode } from '#events/encode.js';
import { commit, sha256 } from '#exchange/commitment.js';
import { verifyJws } from '#exchange/jws.js';
import { RELEASE_TYPE, releaseClaims } from '#exchange/tokens.js';
import { aDecision } from '../../../test/sources/residents.js';
import { createTestDatabase, rowsOf } from '../../../test/support/postgres.js';
import { AdapterStage, send, type Asked } from '../test/adapter-under-test.js';
import { residentsInPostgres } from '../test/residents-in-postgres.js';

let stage: AdapterStage;

beforeAll(async () => {
  stage = await AdapterStage.set(await residentsInPostgres());
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => stage.begin());
afterEach(() => stage.end());

const problem = (code: string) => expect.objectContaining({ code }) as unknown;

it('releases what is granted, signs it and has it on record with its event', async () => {
  const url = await stage.start();
  const one = stage.asked({
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
    new Map([[stage.adapterKey.kid, stage.adapterKey.key]]),
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
  const [row, ...others] = await stage.released();
  expect(others).toEqual([]);
  expect(row).toMatchObject({ id: one.claims.jti, decision: one.decision, consumer: 'housing/eligibility', rows: 1 });
  const [event] = await stage.publications();
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
  expect(await rowsOf(stage.own.url, 'select id, type, topic from outbox')).toEqual([
    { id: one.claims.jti, type: 'access.released.v1', topic: 'sluice.evidence.v1' },
  ]);
});

it('puts nothing of a person on the log or into its own lines', async () => {
  const url = await stage.start();
  await send(url, stage.asked({ where: [{ field: 'resident_id', op: 'eq', value: 'r007' }] }));
  const events = await stage.publications();
  const texts = [...events.map(({ data }) => Buffer.from(data).toString()), ...stage.logged].join('\n');
  expect(events).toHaveLength(1);
  for (const secret of ['r007', '张', 'officer-1042', 'GZF-2026']) expect(texts).not.toContain(secret);
});

it('publishes what it released in the trace of whoever asked', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect((await send(await stage.start(), stage.asked(), { traceparent })).status).toBe(200);
  const events = await stage.publications();
  expect(events.map((event) => event.traceparent)).toEqual([
    expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/),
  ]);
});

it('acts on a decision once', async () => {
  const url = await stage.start();
  const one = stage.asked();
  expect((await send(url, one)).status).toBe(200);
  const again = await send(url, one);
  expect(again).toMatchObject({ status: 409, json: problem('DECISION_USED') });
  expect(again.headers.has('sluice-release')).toBe(false);
  expect(await stage.released()).toHaveLength(1);
});

it('acts on a decision once, after a restart and in another process too', async () => {
  const one = stage.asked();
  expect((await send(await stage.start(), one)).status).toBe(200);
  await stage.stop();
  expect((await send(await stage.start(), one)).json).toEqual(problem('DECISION_USED'));
});

it('acts on a decision once where many try at the same moment, in two processes', async () => {
  const [first, second] = [await stage.start(), await stage.start()];
  const one = stage.asked();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => send(index % 2 ? first : second, one)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  expect(await rowsOf(stage.own.url, 'select 1 from outbox')).toHaveLength(1);
  expect(await stage.publications()).toHaveLength(1);
});

it('lets nothing leave that it cannot record, and acts on the decision once it can', async () => {
  const url = await stage.start();
  const one = stage.asked();
  await rowsOf(stage.own.url, 'alter table outbox rename to elsewhere');
  const refused = await send(url, one);
  expect(refused).toMatchObject({ status: 503, json: problem('RECORD_UNAVAILABLE') });
  expect(refused.bytes.toString()).not.toContain('张');
  expect(refused.headers.has('sluice-release')).toBe(false);
  expect(await stage.released()).toEqual([]);
  expect(stage.logged.join('')).not.toContain(one.decision);
  await rowsOf(stage.own.url, 'alter table elsewhere rename to outbox');
  expect((await send(url, one)).status).toBe(200);
  expect(await stage.publications()).toHaveLength(1);
});

it('releases no row outside the scope of the decision', async () => {
  const rows = [{ field: 'district', op: 'eq', value: 'd1' } as const];
  const { obligations } = aDecision();
  const { json } = await send(
    await stage.start(),
    stage.asked({ select: ['district'] }, { obligations: { ...obligations, rows } }),
  );
  expect(json).toEqual({ rows: Array.from({ length: 17 }, () => ({ district: 'd1' })) });
});

it('goes through all rows by cursors that show nothing of the key', async () => {
  const url = await stage.start();
  const names: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await send(url, stage.asked({ select: ['district'], limit: 20, ...(cursor && { cursor }) }));
    const data = page.json as { rows: object[]; next?: string };
    names.push(...data.rows);
    cursor = data.next;
    expect(Buffer.from(cursor ?? '', 'base64url').toString('latin1')).not.toMatch(/r\d{3}/);
  } while (cursor !== undefined);
  expect(names).toHaveLength(50);
});

it.each<[string, (one: Asked) => Asked, number, string]>([
  ['a body that is not JSON', () => stage.decided(Buffer.from('{')), 400, 'MALFORMED_JSON'],
  ['a body of another shape', () => stage.decided(Buffer.from('{"resource":1}')), 400, 'INVALID_REQUEST'],
  ['a widened request under a narrow decision', () => stage.asked({ select: ['mobile'] }), 403, 'DECISION_EXCEEDED'],
  [
    'a filter on a hidden field',
    () => stage.asked({ where: [{ field: 'mobile', op: 'eq', value: '1' }] }),
    403,
    'DECISION_EXCEEDED',
  ],
  ['a field that is not there', () => stage.asked({ select: ['salary'] }), 422, 'FIELD_UNKNOWN'],
  ['a cursor of nobody', () => stage.asked({ cursor: 'AAAA' }), 422, 'CURSOR_INVALID'],
  ['a decision for another department', () => stage.asked({}, { aud: 'transport' }), 403, 'DECISION_NOT_FOR_US'],
  ['a resource that is not here', () => stage.asked({}, { resource: 'population/others' }), 403, 'RESOURCE_UNKNOWN'],
  ['an old decision', () => stage.asked({}, { iat: 1, exp: 31 }), 401, 'DECISION_EXPIRED'],
  ['another body', (one) => ({ ...one, body: Buffer.concat([one.body, Buffer.from(' ')]) }), 401, 'DECISION_INVALID'],
  ['no decision', ({ body }) => ({ body, decision: '' }), 401, 'DECISION_INVALID'],
])('refuses %s and records no release', async (_, of, status, code) => {
  const answer = await send(await stage.start(), of(stage.asked()));
  expect(answer).toMatchObject({ status, json: problem(code) });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await stage.released()).toEqual([]);
});

it('tells nothing of its source when it fails, and is not ready then', async () => {
  const elsewhere = await createTestDatabase();
  const url = await stage.start({ SOURCE_URL: elsewhere.url });
  const answer = await send(url, stage.asked());
  expect(answer).toMatchObject({ status: 503, json: problem('SOURCE_UNAVAILABLE') });
  expect(answer.bytes.toString()).not.toMatch(/secret|relation|schema|postgres|select|127\.0\.0\.1/i);
  expect(await stage.released()).toEqual([]);
  const ready = await fetch(`${url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ checks: { source: 'does not work: the log says why' } });
  expect(stage.logged.join('')).toContain('42P01');
  await elsewhere.drop();
});

it('tells what it publishes, and nothing of where it comes from', async () => {
  const url = await stage.start();
  const text = await (await fetch(`${url}/v1/resources`)).text();
  expect(JSON.parse(text)).toMatchObject({
    department: { id: 'population' },
    resources: [{ id: 'population/residents', fields: { resident_id: { type: 'string', operators: ['eq', 'in'] } } }],
  });
  expect(text).not.toContain('secret');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});

it('counts releases and refusals, and documents itself', async () => {
  const url = await stage.start();
  await send(url, stage.asked());
  await send(url, stage.asked({}, { aud: 'transport' }));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('sluice_releases_total{reason="released"} 1');
  expect(metrics).toContain('sluice_releases_total{reason="DECISION_NOT_FOR_US"} 1');
  expect(metrics).toContain('sluice_released_rows_total 50');
  expect(metrics).toContain('sluice_source_duration_seconds_count{outcome="read"} 1');
  expect(metrics).toContain('sluice_commit_items_count{kind="release"} 1');
  const document = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { openapi: string; paths: object };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/release', '/v1/resources']));
});
