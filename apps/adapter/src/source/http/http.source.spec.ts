import { type IncomingMessage, type RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { Condition } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import { people } from '../../../../../test/sources/people.js';
import { aQuery, describeSource } from '../../../../../test/sources/source-suite.js';
import { type HttpSourceConfig } from '../../config/department-source.js';
import {
  aConfig,
  answerOf,
  aResource,
  asJson,
  jsonText,
  listen,
  open,
  patient,
  serve,
} from './careless-api.fixture.js';
import { HttpSource } from './http.source.js';

describeSource('an HTTP API', async () => {
  const { server, url } = await listen((request, response) => {
    const asked = new URL(request.url ?? '', 'http://a').searchParams;
    const ids = [...asked.getAll('id'), ...asked.getAll('ids')];
    response.end(answerOf(people.filter(({ id }) => ids.length === 0 || ids.includes(String(id)))));
  });
  const source = new HttpSource(aConfig(url), [aResource()]);
  return {
    source,
    stop: async () => {
      await source.close();
      server.close();
    },
  };
});

describe('an answer', () => {
  const reading = async (listener: RequestListener, resource = aResource(), changes: Partial<HttpSourceConfig> = {}) =>
    open(await serve(listener), resource, changes).read(aQuery({ columns: ['id', 'name', 'small'] }), patient);
  const bodyIs = (body: string) => reading((_, response) => response.end(body));

  it('is narrowed to the question even where the API ignores what was asked', async () => {
    const url = await serve((_, response) => response.end(answerOf(people)));
    const where: Condition[] = [{ field: 'id', op: 'eq', value: 'p007' }];
    expect(await open(url).read(aQuery({ where }), patient)).toEqual([['p007']]);
  });

  it('with 404 says that there is none where the path names what is looked for, unless the configuration says otherwise', async () => {
    const none: RequestListener = (_, response) => response.writeHead(404).end('none');
    const url = await serve(none);
    const where: Condition[] = [{ field: 'id', op: 'eq', value: 'p001' }];
    const asked = (from: object) =>
      open(url, aResource({ path: '/people/{id.eq}', ...from })).read(aQuery({ where }), patient);
    expect(await asked({})).toEqual([]);
    await expect(asked({ emptyOn: [] })).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
    await expect(reading(none)).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
  });

  it('may be one row, or a status that means none', async () => {
    const resource = aResource({ rowsAt: '/result', emptyOn: [404] });
    const one = jsonText({ result: asJson(people[0]!) });
    expect(await reading((_, response) => response.end(one), resource)).toHaveLength(1);
    expect(await reading((_, response) => response.writeHead(404).end('none'), resource)).toEqual([]);
  });

  it('tells nothing of rows that the question leaves out: not how many there are, nor that one of them is bad', async () => {
    const [one, ...others] = people.map(asJson);
    const bad = [{ id: 'x1', small: 'seven' }, { id: 'x2' }, { id: 'x2' }];
    const answer = jsonText({ result: { people: [one, ...others, ...bad] } });
    const url = await serve((_, response) => response.end(answer));
    const where: Condition[] = [{ field: 'id', op: 'eq', value: 'p001' }];
    const asked = (maxRows: number, conditions: Condition[]) =>
      open(url, aResource({ maxRows })).read(aQuery({ where: conditions }), patient);
    expect(await asked(1, where)).toEqual([['p001']]);
    const several: Condition[] = [{ field: 'id', op: 'in', value: ['p001', 'p002'] }];
    await expect(asked(1, several)).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
  });

  it.each([
    ['is not JSON', '<html>it works</html>'],
    ['is cut off', answerOf(people).slice(0, -10)],
    ['is not UTF-8', '\xff\xfe'],
    ['nests without end', '['.repeat(200_000)],
    ['has no rows', '{"result":{}}'],
    ['has a text for rows', '{"result":{"people":"none"}}'],
    ['has a row that is no object', '{"result":{"people":[["p001"]]}}'],
    ['has a row without a key', '{"result":{"people":[{"id":null}]}}'],
    ['has a value of another type', '{"result":{"people":[{"id":"p1","big":1,"small":"seven"}]}}'],
    ['has a list for a value', '{"result":{"people":[{"id":"p1","big":1,"small":[1]}]}}'],
    ['has two rows of one key', '{"result":{"people":[{"id":"p1"},{"id":"p1"}]}}'],
    ['would give every row a member by its prototype', '{"__proto__":{"result":{"people":[]}}}'],
  ])('that %s is not valid', async (_, body) => {
    const problem = await reading((__, response) => response.end(Buffer.from(body, 'latin1'))).catch(
      (error: unknown) => error,
    );
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'SOURCE_ANSWER_INVALID', detail: undefined });
    expect(inspect(problem, { depth: 5 })).not.toMatch(/seven|it works/);
  });

  it.each([
    [301, 'SOURCE_ANSWER_INVALID'],
    [400, 'SOURCE_ANSWER_INVALID'],
    [401, 'SOURCE_UNAVAILABLE'],
    [429, 'SOURCE_UNAVAILABLE'],
    [500, 'SOURCE_UNAVAILABLE'],
    [503, 'SOURCE_UNAVAILABLE'],
    [504, 'SOURCE_TIMEOUT'],
  ])('with status %d is %s', async (status, code) => {
    const failing = reading((_, response) => response.writeHead(status, { location: '/elsewhere' }).end('secret'));
    await expect(failing).rejects.toMatchObject({ code, detail: undefined });
  });

  it('of more bytes than allowed is refused, said in advance or not', async () => {
    const changes = { maxBytes: 2048 };
    const oversized = answerOf(people);
    const announced = reading(
      (_, response) => response.setHeader('content-length', oversized.length).end(oversized),
      aResource(),
      changes,
    );
    await expect(announced).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
    const endless = reading(
      (_, response) => {
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(1000)));
        };
        response.on('drain', write);
        write();
      },
      aResource(),
      changes,
    );
    await expect(endless).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
  });

  it('of more rows than allowed is refused', async () => {
    const listener: RequestListener = (_, response) => response.end(answerOf(people));
    await expect(reading(listener, aResource({ maxRows: 10 }))).rejects.toMatchObject({
      code: 'SOURCE_ANSWER_INVALID',
    });
  });

  it.each([
    ['never starts', () => undefined],
    ['starts and never ends', (response: Parameters<RequestListener>[1]) => response.write('{"result":')],
  ])('that %s is given up in time', async (_, stall) => {
    const started = performance.now();
    const slow = reading((__, response) => void stall(response), aResource(), { timeoutMs: 100 });
    await expect(slow).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', detail: undefined });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it.each([
    ['is cut by the server', (request: IncomingMessage) => request.socket.destroy()],
    ['is no HTTP', (request: IncomingMessage) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n')],
  ])('that %s is a source that failed', async (_, act) => {
    const failing = reading((request) => void act(request));
    const problem: unknown = await failing.catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect((problem as Problem).code).toMatch(/^SOURCE_(UNAVAILABLE|ANSWER_INVALID)$/);
  });

  it('from nobody is a source that is down', async () => {
    const { server, url } = await listen(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(open(url).read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: undefined,
    });
    await expect(open(url).check()).rejects.toThrow('ECONNREFUSED');
  });

  it('that is small is read in full', async () => {
    expect(await bodyIs(answerOf(people))).toHaveLength(people.length);
  });
});

describe('the API', () => {
  const checked = async (listener: RequestListener, changes: Partial<HttpSourceConfig> = {}) =>
    open(await serve(listener), aResource(), changes).check();

  it.each([200, 204, 301, 400, 404, 405, 429])('is ready where it answers %d to a bare GET', async (status) => {
    await expect(checked((_, response) => response.writeHead(status).end())).resolves.toBeUndefined();
  });

  it.each([401, 403, 500, 502, 503, 504])('is not ready where it answers %d, and says so', async (status) => {
    const failing = checked((_, response) => response.writeHead(status).end('secret'));
    await expect(failing).rejects.toThrow(new RegExp(`^status ${status}$`));
  });

  it('is not ready where it does not answer in time', async () => {
    await expect(checked(() => undefined, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  it('is asked with our credentials, at the path that the configuration names', async () => {
    const seen: (string | undefined)[] = [];
    const listener: RequestListener = ({ url, headers }, response) => {
      seen.push(url, headers.authorization);
      response.end();
    };
    const auth = { kind: 'bearer', token: 'ours' } as const;
    await checked(listener, { auth });
    await checked(listener, { auth, checkPath: '/health' });
    expect(seen).toEqual(['/api/', 'Bearer ours', '/api/health', 'Bearer ours']);
  });
});

it('refuses at once what would have to wait too long, and tells when to come back', async () => {
  const held: (() => void)[] = [];
  const arrived = Promise.withResolvers<undefined>();
  const url = await serve((_, response) => {
    held.push(() => response.end(answerOf([])));
    arrived.resolve(undefined);
    if (held.length > 1) held.at(-1)?.();
  });
  const source = open(url, aResource(), { poolSize: 1, maxWaiting: 1 });
  const first = source.read(aQuery(), patient);
  await arrived.promise;
  const second = source.read(aQuery(), patient);
  const refused = source.read(aQuery(), patient);
  await expect(refused).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    status: 503,
    headers: { 'retry-after': '1' },
    detail: 'too many queries are waiting for the source: try again later',
  });
  held[0]?.();
  expect(await Promise.all([first, second])).toEqual([[], []]);
});
