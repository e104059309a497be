import type { ServerResponse } from 'node:http';
import { sha256 } from '#exchange/commitment.js';
import { generateSigningKey } from '#exchange/keys.js';
import { signJws } from '#exchange/jws.js';
import type { ProblemCode } from '#exchange/problem.js';
import { RELEASE_TYPE, type ReleaseClaims } from '#exchange/tokens.js';
import { answerJson, answerProblem, type Answering, type Received } from './fake-adapter.js';
import { openLine } from '../../../test/support/postgres-line.js';
import { until } from '../../../test/support/until.js';
import { setStage, type RunningGateway, type Stage } from './gateway-under-test.js';
import { breakTable, counts, decisions, failures, holdFailures, mendTable } from './recorded.js';
import { aDepartment, aRequest, CONSUMER, RESOURCE } from './registered.js';
import { send, sign } from './signed-client.js';

let stage: Stage;
let gateway: RunningGateway;

beforeAll(async () => {
  stage = await setStage();
  gateway = await stage.start({ ADAPTER_TIMEOUT_MS: '300', ADAPTER_MAX_ANSWER_BYTES: '100000' });
  await stage.register(gateway);
});
afterAll(() => stage[Symbol.asyncDispose]());
afterEach(() => {
  stage.adapter.answerWell();
});

const signed = (change: Record<string, unknown> = {}) => sign(stage.system, 'POST', '/v1/exchange', aRequest(change));
const ask = (change: Record<string, unknown> = {}) => send(gateway.origin, signed(change));

describe('where the access cannot be recorded', () => {
  it('answers 503 and nothing of the data, although the adapter has released it', async () => {
    const released = Promise.withResolvers<undefined>();
    stage.adapter.answerWith((question, response) => {
      const { body, release } = stage.adapter.releaseOf(question);
      response.once('finish', () => {
        released.resolve(undefined);
      });
      answerJson(response, body, release);
    });
    const failNow = await holdFailures(stage);
    await breakTable(stage, 'access_decision');
    const answering = ask();
    await released.promise;
    await failNow();
    const answer = await answering;
    await mendTable(stage, 'access_decision');
    expect(answer.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.text).not.toContain('王芳');
    expect(answer.text).not.toContain('secret_tablespace');
  });

  it.each([
    ['a denial', () => signed({ select: ['phone'] })],
    ['a refused signature', () => ({ ...signed(), body: Buffer.from('{}') })],
  ])('answers 503 to %s too', async (_, make) => {
    const before = await counts(stage);
    await breakTable(stage, 'access_decision');
    const answer = await send(gateway.origin, make());
    await mendTable(stage, 'access_decision');
    expect(answer.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
    expect(await counts(stage)).toEqual(before);
  });

  it('answers 503 where what came of a permit cannot be recorded, and records that once it can', async () => {
    stage.adapter.answerWith((_, response) => {
      answerProblem(response, 'SOURCE_UNAVAILABLE');
    });
    await breakTable(stage, 'access_failure');
    const answer = await ask();
    await mendTable(stage, 'access_failure');
    expect(answer.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
    const permit = (await decisions(stage)).at(-1)!;
    await until(async () => (await failures(stage)).some(({ id }) => id === permit.id));
    expect((await failures(stage)).at(-1)).toMatchObject({ id: permit.id, entry: { reason: 'RECORD_UNAVAILABLE' } });
  }, 15_000);

  it('does not take an exchange that was answered for the replay of it that could not be recorded', async () => {
    const request = signed();
    expect((await send(gateway.origin, request)).status).toBe(200);
    const answered = (await decisions(stage)).at(-1)!;
    await breakTable(stage, 'access_decision');
    const replay = await send(gateway.origin, request);
    // In doubt after the replay, and so settled after it.
    const later = signed();
    await mendTable(stage, 'access_decision');
    expect(replay.problem().code).toBe('RECORD_UNAVAILABLE');
    stage.adapter.answerWith((_, response) => {
      answerProblem(response, 'SOURCE_UNAVAILABLE');
    });
    await breakTable(stage, 'access_failure');
    await send(gateway.origin, later);
    await mendTable(stage, 'access_failure');
    const failed = (await decisions(stage)).at(-1)!;
    await until(async () => (await failures(stage)).some(({ id }) => id === failed.id));
    expect((await failures(stage)).map(({ id }) => id)).not.toContain(answered.id);
  }, 15_000);

  it('puts a failure on record where the permit turns out to be stored, and only its confirmation was lost', async () => {
    await using line = await openLine(stage.databaseUrl);
    const doubting = await stage.start({ DATABASE_URL: line.url, POOL_SIZE: '2' });
    line.cutAfter('INSERT INTO access_decision');
    const answer = await send(doubting.origin, signed());
    expect(answer.problem()).toMatchObject({ status: 503, code: 'RECORD_UNAVAILABLE' });
    expect(answer.text).not.toContain('王芳');
    const permit = (await decisions(stage)).at(-1)!;
    expect(permit).toMatchObject({ outcome: 'permit', events: 1 });
    await until(async () => (await failures(stage)).some(({ id }) => id === permit.id));
    expect((await failures(stage)).at(-1)).toMatchObject({ id: permit.id, entry: { reason: 'RECORD_UNAVAILABLE' } });
    await doubting.stop();
  }, 15_000);
});

it('records one failure where a request and its replay are both in doubt', async () => {
  await using line = await openLine(stage.databaseUrl);
  const doubting = await stage.start({ DATABASE_URL: line.url, POOL_SIZE: '2' });
  const request = signed();
  line.cutAfter('INSERT INTO access_decision');
  const first = await send(doubting.origin, request);
  await breakTable(stage, 'access_decision');
  const second = await send(doubting.origin, request);
  await mendTable(stage, 'access_decision');
  expect([first.problem().code, second.problem().code]).toEqual(['RECORD_UNAVAILABLE', 'RECORD_UNAVAILABLE']);
  const { id } = (await decisions(stage)).at(-1)!;
  await until(async () => (await failures(stage)).some((one) => one.id === id));
  await doubting.stop();
  const published = doubting.published.filter((event) => event.id === id && event.type === 'access.failed.v1');
  const stored = (await failures(stage)).filter((one) => one.id === id).map(({ entry }) => entry);
  expect(published.map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')) as unknown)).toEqual(stored);
}, 15_000);

describe('a permit that gave no data', () => {
  const withClaims =
    (change: Partial<ReleaseClaims>, data?: string): Answering =>
    (question, response) => {
      const { body, release } = stage.adapter.releaseOf(question, change);
      answerJson(response, data ?? body, release);
    };
  const withRelease =
    (make: (question: Received) => string): Answering =>
    (question, response) => {
      answerJson(response, stage.adapter.releaseOf(question).body, make(question));
    };
  const plain =
    (status: number, headers: Record<string, string>, body: string): Answering =>
    (_, response) => {
      response.writeHead(status, headers).end(body);
    };
  const problem =
    (code: ProblemCode): Answering =>
    (_, response) => {
      answerProblem(response, code, 'relation "residents_secret" does not exist at /srv/secret.csv');
    };
  const silent: Answering = () => undefined;
  const halfAnAnswer: Answering = (_, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"rows":');
  };
  const other = generateSigningKey();
  /** What follows would speak in the gateway's place. */
  const EARLY = '{"rows":[]},"receipt":{}';
  const json = { 'content-type': 'application/json' };

  it.each<[string, Answering, number, ProblemCode]>([
    ['an adapter that hangs up', (_, response) => void response.destroy(), 503, 'ADAPTER_UNAVAILABLE'],
    ['an adapter that never answers', silent, 504, 'ADAPTER_TIMEOUT'],
    ['an adapter that stops half way', halfAnAnswer, 504, 'ADAPTER_TIMEOUT'],
    ['an adapter that is stopping', problem('SHUTTING_DOWN'), 503, 'ADAPTER_UNAVAILABLE'],
    ['a proxy without an adapter', plain(502, {}, 'Bad Gateway'), 503, 'ADAPTER_UNAVAILABLE'],
    ['rubbish', plain(200, { 'content-type': 'text/html' }, '<html>'), 502, 'ADAPTER_ANSWER_INVALID'],
    ['data without a release', plain(200, json, '{"rows":[]}'), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release that is none', withRelease(() => 'a.b.c'), 502, 'ADAPTER_ANSWER_INVALID'],
    ["somebody else's release", withRelease(() => signJws({}, RELEASE_TYPE, other)), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release of other data', withClaims({ data: 'A'.repeat(43) }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release to another request', withClaims({ request: 'A'.repeat(43) }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release under another decision', withClaims({ decision: 'A'.repeat(43) }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release for another system', withClaims({ aud: 'transport/fines' }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a release by another department', withClaims({ iss: 'transport' }), 502, 'ADAPTER_ANSWER_INVALID'],
    [
      'a release of another exchange',
      withClaims({ jti: '00000000-0000-8000-8000-000000000000' }),
      502,
      'ADAPTER_ANSWER_INVALID',
    ],
    ['a field that was not asked for', withClaims({ fields: ['name', 'phone'] }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['more rows than were asked for', withClaims({ rows: 101 }), 502, 'ADAPTER_ANSWER_INVALID'],
    ['data that end early', withClaims({ data: sha256(EARLY) }, EARLY), 502, 'ADAPTER_ANSWER_INVALID'],
    ['more bytes than are taken', plain(200, json, ' '.repeat(200_000)), 502, 'ADAPTER_ANSWER_INVALID'],
    ['an error that nobody foresaw', plain(500, {}, 'stack trace'), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a decision that the adapter does not trust', problem('DECISION_INVALID'), 502, 'ADAPTER_ANSWER_INVALID'],
    ['a source that is down', problem('SOURCE_UNAVAILABLE'), 503, 'SOURCE_UNAVAILABLE'],
    ['a source that is slow', problem('SOURCE_TIMEOUT'), 504, 'SOURCE_TIMEOUT'],
    ['a cursor of another question', problem('CURSOR_INVALID'), 422, 'CURSOR_INVALID'],
    ['an adapter that cannot record', problem('RECORD_UNAVAILABLE'), 503, 'RECORD_UNAVAILABLE'],
  ])('because of %s is on record before it is answered', async (_, answering, status, code) => {
    stage.adapter.answerWith(answering);
    const answer = await ask();
    const details = answer.problem();
    expect(details).toMatchObject({ status, code });
    expect(answer.text).not.toMatch(/王芳|secret|stack trace|127\.0\.0\.1/);
    const { id } = details.receipt as { id: string };
    expect((await decisions(stage)).at(-1)).toMatchObject({ id, outcome: 'permit' });
    expect((await failures(stage)).at(-1)).toEqual({
      id,
      entry: {
        type: 'access.failed.v1',
        id,
        source: 'gateway',
        time: expect.any(String) as string,
        consumer: CONSUMER,
        resource: RESOURCE,
        reason: code,
        writer: expect.anything() as unknown,
      },
    });
    const published = () => gateway.published.filter((event) => event.id === id).map(({ type }) => type);
    await until(() => published().length === 2);
    expect(published()).toEqual(['access.decided.v1', 'access.failed.v1']);
  });

  it('because nobody listens at its adapter is on record', async () => {
    const gone = { url: 'http://127.0.0.1:1', key: stage.adapter.key };
    await stage.administer(gateway, 'PUT', '/v1/admin/departments/population', aDepartment(gone));
    const answer = await ask();
    await stage.administer(gateway, 'PUT', '/v1/admin/departments/population', aDepartment(stage.adapter));
    expect(answer.problem()).toMatchObject({ status: 503, code: 'ADAPTER_UNAVAILABLE' });
    expect((await failures(stage)).at(-1)).toMatchObject({ entry: { reason: 'ADAPTER_UNAVAILABLE' } });
  });

  it('because its caller left is on record', async () => {
    const asked = Promise.withResolvers<string>();
    stage.adapter.answerWith(({ claims }) => {
      asked.resolve(claims.jti);
    });
    const leave = new AbortController();
    const answering = send(gateway.origin, signed(), leave.signal);
    const id = await asked.promise;
    leave.abort();
    await expect(answering).rejects.toThrow();
    const failure = async () => (await failures(stage)).find((one) => one.id === id);
    await until(async () => (await failure()) !== undefined);
    expect(await failure()).toMatchObject({ entry: { reason: 'CALLER_GONE' } });
  });
});
