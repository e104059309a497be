import { createHash } from 'node:crypto';
import { commit, sha256 } from '#exchange/commitment.js';
import { until } from '../../../test/support/until.js';
import type { SignedMessage } from './signed-client.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { counts, decisions } from './recorded.js';
import { anAgreement, aRequest, BASIS, CASE, CONSUMER, OFFICER, RESIDENT, RESOURCE } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const signed = (change: Record<string, unknown> = {}): SignedMessage =>
  sign(stage.system, 'POST', '/v1/exchange', aRequest(change));
const ask = (change: Record<string, unknown> = {}) => send(gateway.origin, signed(change));
const newest = async () => (await decisions(stage)).at(-1)!;

describe('a permitted exchange', () => {
  it('passes on what the adapter released, byte for byte, with its release and a receipt', async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.text.startsWith('{"data":{"rows":[{"name":"王芳"}]},"release":"')).toBe(true);
    expect(answer.json()).toEqual({
      data: { rows: [{ name: '王芳' }] },
      release: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
      receipt: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/) as string,
        leaf: expect.stringMatching(/^[\w-]{43}$/) as string,
        mergeBy: expect.any(String) as string,
      },
    });
  });

  it('is on record before the answer, and its entry is the leaf that the receipt names', async () => {
    const { receipt } = (await ask()).json() as { receipt: { id: string; leaf: string } };
    const recorded = await newest();
    expect(recorded).toMatchObject({ id: receipt.id, consumer: CONSUMER, outcome: 'permit', reason: null, events: 1 });
    const [row] = await stage.query<{ entry: Buffer }>('SELECT entry FROM access_decision WHERE id = $1', [receipt.id]);
    expect(createHash('sha256').update(Buffer.of(0)).update(row!.entry).digest('base64url')).toBe(receipt.leaf);
    expect(recorded.entry).toEqual({
      type: 'access.decided.v1',
      id: receipt.id,
      source: 'gateway',
      time: expect.any(String) as string,
      consumer: CONSUMER,
      authenticated: true,
      mode: 'records',
      outcome: 'permit',
      resource: RESOURCE,
      purpose: 'gov:HousingEligibility',
      basis: BASIS,
      select: ['name'],
      where: ['resident_id'],
      agreements: [{ id: 'housing-population', version: 1 }],
      policy: expect.stringMatching(/^[\w-]{43}$/) as string,
      decision: sha256(stage.adapter.received.at(-1)!.decision),
      limit: 100,
      commitment: expect.stringMatching(/^[\w-]{43}$/) as string,
      writer: expect.anything() as unknown,
    });
  });

  it('commits to officer, case and request, which lie off the log with the signature as evidence', async () => {
    const message = signed();
    await send(gateway.origin, message);
    const recorded = await newest();
    const detail = { request: sha256(message.body!), officer: OFFICER, case: CASE };
    expect(recorded).toMatchObject({ request: detail.request, officer: OFFICER, case_number: CASE });
    expect(commit(recorded.nonce!, detail)).toBe(recorded.entry.commitment);
    expect(recorded).toMatchObject({
      authority: 'gateway.test',
      signature_input: message.headers['signature-input'],
      signature: message.headers.signature,
      content_digest: message.headers['content-digest'],
    });
  });

  it('sends the adapter the very bytes of the caller, and a decision about them', async () => {
    const message = signed();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await send(gateway.origin, { ...message, headers: { ...message.headers, traceparent } });
    const received = stage.adapter.received.at(-1)!;
    expect(received.body).toEqual(message.body);
    expect(received.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
    expect(received.claims).toMatchObject({
      iss: 'gateway',
      aud: 'population',
      jti: (await newest()).id,
      request: sha256(message.body!),
      consumer: CONSUMER,
      resource: RESOURCE,
      agreements: [{ id: 'housing-population', version: 1 }],
      obligations: { fields: { name: { kind: 'clear' } }, filters: { resident_id: ['eq'] }, rows: [], maxRows: 100 },
    });
    expect(received.claims.exp - received.claims.iat).toBeLessThan(60);
  });

  it('hands the event over for publication, in the trace of the caller', async () => {
    const message = signed();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await send(gateway.origin, { ...message, headers: { ...message.headers, traceparent } });
    const { id } = answer.json().receipt as { id: string };
    await until(() => gateway.published.some((one) => one.id === id));
    const event = gateway.published.find((one) => one.id === id)!;
    expect(event).toMatchObject({ type: 'access.decided.v1', key: id, source: 'gateway' });
    expect(event.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  it('commits what comes at once together, each with its own answer', async () => {
    const before = await counts(stage);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask()));
    expect(new Set(answers.map((one) => (one.json().receipt as { id: string }).id)).size).toBe(40);
    const after = await counts(stage);
    expect(after.decisions - before.decisions).toBe(40);
    expect(after.details).toBe(after.decisions);
    expect(after.events).toBe(after.decisions);
  });
});

describe('a denial', () => {
  beforeAll(async () => {
    const expired = { validFrom: '2020-01-01T00:00:00Z', validUntil: '2021-01-01T00:00:00Z' };
    const phone = { phone: { transform: { kind: 'clear' } } } as const;
    const old = anAgreement({ id: 'old', purposes: ['gov:Census'], fields: phone, ...expired });
    await stage.administer(gateway, 'PUT', '/v1/admin/agreements/old', old);
    const keyed = anAgreement({ id: 'keyed', purposes: ['gov:Check'], requires: { resident_id: 1 } });
    await stage.administer(gateway, 'PUT', '/v1/admin/agreements/keyed', keyed);
  });

  it.each([
    ['a field that no agreement grants', { select: ['name', 'phone'] }, 403, 'FIELD_NOT_AGREED'],
    ['a field that is never released', { select: ['resident_id'] }, 403, 'FIELD_NOT_AGREED'],
    [
      'a filter on a hidden field',
      { where: [{ field: 'phone', op: 'eq', value: '13800138000' }] },
      403,
      'FILTER_NOT_AGREED',
    ],
    ['an order by a masked field', { orderBy: [{ field: 'born_on' }] }, 403, 'FILTER_NOT_AGREED'],
    ['a request that does not say about whom', { purpose: 'gov:Check', where: [] }, 403, 'FILTER_REQUIRED'],
    ['another purpose', { purpose: 'gov:Marketing' }, 403, 'PURPOSE_NOT_AGREED'],
    ['another legal basis', { basis: { law: '某法', article: '第一条' } }, 403, 'BASIS_NOT_AGREED'],
    ['an expired agreement', { purpose: 'gov:Census' }, 403, 'AGREEMENT_NOT_LIVE'],
    ['a resource that is not there', { resource: 'population/fortunes' }, 403, 'RESOURCE_UNKNOWN'],
    ['a department that is not there', { resource: 'treasury/residents' }, 403, 'RESOURCE_UNKNOWN'],
    ['a field that the resource has not', { select: ['shoe_size'] }, 422, 'FIELD_UNKNOWN'],
    ['a date that does not exist', date('2025-02-30'), 422, 'FILTER_INVALID'],
    ['a value of another type', { where: [{ field: 'name', op: 'eq', value: true }] }, 422, 'FILTER_INVALID'],
    ['an operator that the field has not', { where: [{ field: 'name', op: 'lt', value: 'x' }] }, 422, 'FILTER_INVALID'],
  ])(
    'of %s is answered, explained and on record, and the adapter never hears of it',
    async (_, change, status, code) => {
      const questions = stage.adapter.received.length;
      const answer = await ask(change);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      const problem = answer.problem();
      expect(problem).toMatchObject({ status, code, type: `/problems#${code.toLowerCase().replaceAll('_', '-')}` });
      expect(answer.status).toBe(status);
      const recorded = await newest();
      expect(recorded).toMatchObject({ outcome: 'deny', reason: code, events: 1, officer: OFFICER, case_number: CASE });
      expect(problem.receipt).toMatchObject({ id: recorded.id });
      expect(stage.adapter.received).toHaveLength(questions);
    },
  );

  it('says in both languages and in data what would make the request right', async () => {
    const problem = (await ask({ select: ['name', 'phone'] })).problem();
    expect(problem).toMatchObject({
      explanation: {
        en: expect.stringContaining('phone is not granted by agreement housing-population (version 1)') as string,
        zh: expect.stringContaining('phone') as string,
      },
      denial: { withheld: [{ field: 'phone', because: 'NOT_NAMED' }], granted: ['born_on', 'name'] },
    });
  });

  it('names where in the request a filter is wrong, and does not repeat the value', async () => {
    const answer = await ask(date('2025-02-30'));
    expect(answer.problem().errors).toEqual([{ pointer: '/where/0/value', message: expect.any(String) as string }]);
    expect(answer.text).not.toContain('2025-02-30');
  });

  it('puts no word of the caller in its entry: only what the registry knows is named', async () => {
    await ask({
      resource: 'secret/caller-words',
      purpose: 'gov:CallersOwnWord',
      basis: { law: 'callers own law', article: 'callers own article' },
      select: ['callers_own_field'],
    });
    const { entry } = await newest();
    expect(JSON.stringify(entry)).not.toMatch(/caller/i);
    expect(entry).toMatchObject({ select: [], where: [], agreements: [] });
    expect(entry).not.toHaveProperty('resource');
    await ask({ select: ['name', 'callers_own_field'], where: [{ field: 'callers_hidden', op: 'eq', value: 'x' }] });
    expect((await newest()).entry).toMatchObject({ resource: RESOURCE, select: ['name'], where: [] });
  });
});

it('tells nothing of officer, case, values or data to events, service log or metrics', async () => {
  await ask();
  await ask({ select: ['phone'] });
  const last = await ask({ where: [{ field: 'phone', op: 'eq', value: RESIDENT }] });
  const { id } = last.problem().receipt as { id: string };
  await until(() => gateway.published.some((one) => one.id === id));
  const metrics = await send(gateway.origin, { method: 'GET', path: '/metrics', headers: {}, body: undefined });
  const said = [
    gateway.lines.join('\n'),
    metrics.text,
    gateway.published.map(({ data, ...rest }) => JSON.stringify(rest) + Buffer.from(data).toString()).join('\n'),
  ];
  for (const text of said) {
    expect(text.length).toBeGreaterThan(100);
    for (const secret of [OFFICER, CASE, RESIDENT, '王芳']) expect(text).not.toContain(secret);
  }
});

it('keeps every proof valid when the detail of an access is erased', async () => {
  const { id } = (await ask()).json().receipt as { id: string };
  await stage.query('DELETE FROM access_detail WHERE id = $1', [id]);
  const [left] = await stage.query<{ text: string }>('SELECT d::text AS text FROM access_decision d WHERE id = $1', [
    id,
  ]);
  expect(left!.text).not.toContain(OFFICER);
});

function date(value: string) {
  return { where: [{ field: 'born_on', op: 'eq', value }] };
}
