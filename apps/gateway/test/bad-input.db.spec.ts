import { generateSigningKey } from '#exchange/keys.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { counts, decisions } from './recorded.js';
import { aRequest, CONSUMER } from './registered.js';
import { send, sign, type SignedMessage } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start();
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());

const post = (body: unknown, options?: Parameters<typeof sign>[4]) =>
  sign(stage.system, 'POST', '/v1/exchange', body, options);
const where = (condition: Record<string, unknown>) => aRequest({ where: [condition] });
/** As it is written: JavaScript would round the number before it is sent. */
const withNumber = (request: (place: string) => Record<string, unknown>, number: string) =>
  Buffer.from(JSON.stringify(request('NUMBER')).replace('"NUMBER"', number));

describe('a body of the wrong shape', () => {
  it.each<[string, unknown, number, string]>([
    ['no JSON', Buffer.from('{"resource":'), 400, 'MALFORMED_JSON'],
    ['no object', Buffer.from('[]'), 400, 'INVALID_REQUEST'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'MALFORMED_JSON'],
    ['__proto__', Buffer.from('{"__proto__":{"admin":true}}'), 400, 'MALFORMED_JSON'],
    ['nested deeply', Buffer.from('['.repeat(10_000) + ']'.repeat(10_000)), 400, 'MALFORMED_JSON'],
    ['wrong types', aRequest({ select: 'name' }), 400, 'INVALID_REQUEST'],
    ['a member that nobody knows', aRequest({ admin: true }), 400, 'INVALID_REQUEST'],
    ['no officer', aRequest({ officer: undefined }), 400, 'INVALID_REQUEST'],
    ['a homoglyph in a field name', aRequest({ select: ['nаme'] }), 400, 'INVALID_REQUEST'],
    ['a zero-width field name', aRequest({ select: ['na\u200bme'] }), 400, 'INVALID_REQUEST'],
    ['NUL in a value', where({ field: 'resident_id', op: 'eq', value: 'a\0b' }), 400, 'INVALID_REQUEST'],
    ['NUL in the case', aRequest({ case: 'a\0b' }), 400, 'INVALID_REQUEST'],
    ['a lone surrogate', aRequest({ officer: '\ud800' }), 400, 'INVALID_REQUEST'],
    ['an escaped lone surrogate', Buffer.from('{"officer":"\\ud800"}'), 400, 'INVALID_REQUEST'],
    ...['9007199254740993', '-9007199254740993', '1e400', '-1e400'].flatMap(
      (number): [string, unknown, number, string][] => [
        [
          `${number} as a value`,
          withNumber((value) => where({ field: 'name', op: 'eq', value }), number),
          400,
          'INVALID_REQUEST',
        ],
        [`${number} as the limit`, withNumber((limit) => aRequest({ limit }), number), 400, 'INVALID_REQUEST'],
      ],
    ),
    ['a limit past the most', aRequest({ limit: 100_000 }), 400, 'INVALID_REQUEST'],
    ['a hundred kilobytes', aRequest({ officer: 'x'.repeat(100_000) }), 413, 'BODY_TOO_LARGE'],
    ['ten megabytes', Buffer.alloc(10 * 1024 * 1024, 0x20), 413, 'BODY_TOO_LARGE'],
    ['no body', undefined, 400, 'MALFORMED_JSON'],
  ])('%s: is answered, and nothing is on record', async (_, body, status, code) => {
    const before = await counts(stage);
    const answer = await send(gateway.origin, post(body));
    expect(answer.problem()).toMatchObject({ status, code });
    expect(await counts(stage)).toEqual(before);
  });

  it('another media type: is refused, and nothing is on record', async () => {
    const before = await counts(stage);
    const answer = await send(gateway.origin, post(aRequest(), { headers: { 'content-type': 'text/plain' } }));
    expect(answer.problem()).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
    expect(await counts(stage)).toEqual(before);
  });
});

describe('SQL in every string', () => {
  const sql = "'; DROP TABLE access_decision; --";

  it.each([
    ['case', aRequest({ case: sql }), 200, undefined, 1],
    ['officer', aRequest({ officer: sql }), 200, undefined, 1],
    ['a value', where({ field: 'resident_id', op: 'eq', value: sql }), 200, undefined, 1],
    ['the cursor', aRequest({ cursor: sql }), 200, undefined, 1],
    ['the law', aRequest({ basis: { law: sql, article: sql } }), 403, 'BASIS_NOT_AGREED', 1],
    ['the purpose', aRequest({ purpose: sql }), 400, 'INVALID_REQUEST', 0],
    ['the resource', aRequest({ resource: sql }), 400, 'INVALID_REQUEST', 0],
    ['the mode', aRequest({ mode: sql }), 400, 'INVALID_REQUEST', 0],
    ['a field', aRequest({ select: [sql] }), 400, 'INVALID_REQUEST', 0],
    ['the field of a condition', where({ field: sql, op: 'eq', value: 'x' }), 400, 'INVALID_REQUEST', 0],
    ['the operator of a condition', where({ field: 'resident_id', op: sql, value: 'x' }), 400, 'INVALID_REQUEST', 0],
    ['the field of an order', aRequest({ orderBy: [{ field: sql }] }), 400, 'INVALID_REQUEST', 0],
    [
      'the direction of an order',
      aRequest({ orderBy: [{ field: 'name', direction: sql }] }),
      400,
      'INVALID_REQUEST',
      0,
    ],
  ])('in %s: is a string like any other', async (_, body, status, code, recorded) => {
    const before = await counts(stage);
    const answer = await send(gateway.origin, post(body));
    expect([answer.status, answer.json().code]).toEqual([status, code]);
    const { decisions: rows, details, events } = await counts(stage);
    expect(rows - before.decisions).toBe(recorded);
    expect({ details, events }).toEqual({ details: rows, events: rows });
  });
});

describe('a signature that does not hold', () => {
  const stranger = generateSigningKey();
  const without = (message: SignedMessage, ...names: string[]): SignedMessage => ({
    ...message,
    headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !names.includes(name))),
  });
  const changed = (change: Record<string, string | string[]>): SignedMessage => {
    const message = post(aRequest());
    return { ...message, headers: { ...message.headers, ...change } };
  };
  const twice = (name: string): SignedMessage => {
    const message = post(aRequest());
    const value = String(message.headers[name]);
    return { ...message, headers: { ...message.headers, [name]: [value, value] } };
  };
  const forged = () => {
    const { signature, 'signature-input': input } = sign(stranger, 'POST', '/v1/exchange', aRequest()).headers;
    return changed({ signature: signature!, 'signature-input': String(input).replace(stranger.kid, stage.system.kid) });
  };

  it.each<[string, () => SignedMessage, string, boolean]>([
    [
      'no signature at all',
      () => without(post(aRequest()), 'signature', 'signature-input'),
      'SIGNATURE_MISSING',
      false,
    ],
    ['no Signature', () => without(post(aRequest()), 'signature'), 'SIGNATURE_MISSING', false],
    ['no Signature-Input', () => without(post(aRequest()), 'signature-input'), 'SIGNATURE_MISSING', false],
    ['rubbish', () => changed({ 'signature-input': 'sluice=()();' }), 'SIGNATURE_MALFORMED', false],
    ['Signature twice', () => changed({ signature: ['sluice=:AA==:', 'sluice=:AA==:'] }), 'SIGNATURE_MALFORMED', false],
    ['Signature-Input twice', () => twice('signature-input'), 'SIGNATURE_MALFORMED', false],
    ['Content-Digest twice', () => twice('content-digest'), 'SIGNATURE_MALFORMED', false],
    ['a key that nobody registered', () => sign(stranger, 'POST', '/v1/exchange', aRequest()), 'KEY_UNKNOWN', false],
    ['a forged signature', forged, 'SIGNATURE_INVALID', true],
    ['another body', () => ({ ...post(aRequest()), body: Buffer.from('{}') }), 'DIGEST_MISMATCH', true],
    ['no Content-Digest', () => without(post(aRequest()), 'content-digest'), 'SIGNATURE_INVALID', true],
    [
      'a clock an hour off',
      () => post(aRequest(), { created: (Date.now() / 1000 - 3600) | 0 }),
      'SIGNATURE_EXPIRED',
      true,
    ],
    [
      'a clock an hour ahead',
      () => post(aRequest(), { created: (Date.now() / 1000 + 3600) | 0 }),
      'SIGNATURE_EXPIRED',
      true,
    ],
    ['another host', () => changed({ host: 'elsewhere.test' }), 'SIGNATURE_INVALID', true],
    ['another path', () => ({ ...post(aRequest()), path: '/v1/exchange?x=1' }), 'SIGNATURE_INCOMPLETE', true],
  ])('%s: is refused, and on record only where it names a registered key', async (_, make, code, isRecorded) => {
    const before = await counts(stage);
    const answer = await send(gateway.origin, make());
    expect(answer.problem()).toMatchObject({ status: 401, code });
    expect(answer.text).not.toContain(CONSUMER);
    const after = await counts(stage);
    expect(after.decisions - before.decisions).toBe(isRecorded ? 1 : 0);
    if (!isRecorded) return;
    const recorded = (await decisions(stage)).at(-1)!;
    expect(recorded).toMatchObject({ outcome: 'deny', reason: code, consumer: CONSUMER, events: 1, officer: '' });
    expect(recorded.entry).toMatchObject({ authenticated: false, select: [], where: [], agreements: [] });
    expect(recorded.entry).not.toHaveProperty('resource');
  });

  it('is recorded in the trace of whoever sent it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const message = forged();
    await send(gateway.origin, { ...message, headers: { ...message.headers, TraceParent: traceparent } });
    const { id } = (await decisions(stage)).at(-1)!;
    await until(() => gateway.published.some((one) => one.id === id));
    const event = gateway.published.find((one) => one.id === id)!;
    expect(event.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  });

  it('is recorded however its path is spelled', async () => {
    const before = await counts(stage);
    const answer = await send(gateway.origin, { ...forged(), path: '/v1/%65xchange' });
    expect(answer.problem()).toMatchObject({ status: 401, code: 'SIGNATURE_INVALID' });
    expect((await counts(stage)).decisions - before.decisions).toBe(1);
  });

  it.each(['content-digest', 'host', 'signature'])('fills no record with a long %s', async (name) => {
    const before = await counts(stage);
    const { headers, ...message } = forged();
    const answer = await send(gateway.origin, { ...message, headers: { ...headers, [name]: 'a'.repeat(2000) } });
    expect(answer.problem()).toMatchObject({ status: 401, code: 'SIGNATURE_MALFORMED' });
    expect(await counts(stage)).toEqual(before);
  });

  it('stops recording them when there are too many, and goes on serving who signs well', async () => {
    const now = new Date();
    const guarded = await stage.start({ FAILURE_BURST: '3', FAILURES_PER_SECOND: '1' }, () => now);
    const before = await counts(stage);
    const answers = [];
    for (let tries = 0; tries < 8; tries += 1) answers.push(await send(guarded.origin, forged()));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429, 429, 429]);
    expect(answers.at(-1)!.problem().code).toBe('TOO_MANY_FAILURES');
    expect((await counts(stage)).decisions - before.decisions).toBe(3);
    expect((await send(guarded.origin, post(aRequest()))).status).toBe(200);
    await guarded.stop();
  });
});

it.each([
  ['GET', '/v1/exchange', 405, 'METHOD_NOT_ALLOWED'],
  ['GET', '/nothing/here', 404, 'NOT_FOUND'],
  ['GET', `/v1/receipts/${'x'.repeat(200)}`, 404, 'NOT_FOUND'],
  ['PUT', '/v1/exchange', 405, 'METHOD_NOT_ALLOWED'],
] as const)('answers %s %s as a problem', async (method, path, status, code) => {
  const body = method === 'PUT' ? {} : undefined;
  const answer = await send(gateway.origin, sign(stage.system, method, path, body));
  expect(answer.problem()).toMatchObject({ status, code });
});

it('has answered all of it without one error of its own', () => {
  expect(gateway.lines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
