import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import type { Condition } from '#exchange/exchange-request.js';
import { generateSigningKey, verifyBytes } from '#exchange/keys.js';
import { Problem } from '#exchange/problem.js';
import type { Value } from '#privacy/field-type.js';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { readSignature } from '#exchange/read-signature.js';
import { componentsOf, linesOf, signatureBase, type SignedTarget } from '#exchange/signature-profile.js';
import { people, PEOPLE, UTC_OFFSET, type Person } from '../../../../../test/sources/people.js';
import { aQuery, describeSource } from '../../../../../test/sources/source-suite.js';
import { httpResource, type HttpResource } from '../../config/department-resource.js';
import { httpSource, type HttpSourceConfig } from '../../config/department-source.js';
import { localTime } from '../mysql/local-time.js';
import { HttpSource } from './http.source.js';

const patient = new AbortController().signal;
const servers: Server[] = [];
const sources: HttpSource[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const source of sources.splice(0)) await source.close();
});

async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/` };
}

async function serve(listener: RequestListener): Promise<string> {
  const { server, url } = await listen(listener);
  servers.push(server);
  return url;
}

function aConfig(url: string, changes: Partial<HttpSourceConfig> = {}): HttpSourceConfig {
  return { ...httpSource.parse({ kind: 'http', url, utcOffset: UTC_OFFSET, timeoutMs: 2000 }), ...changes };
}

function aResource(from: object = {}): HttpResource {
  const fields = structuredClone<Record<string, object>>(PEOPLE.fields);
  const template = {
    path: '/people',
    query: { id: '{id.eq}', ids: '{id.in}', since: '{seen.gte}', from: '{small.between_from}', format: 'full' },
    rowsAt: '/result/people',
    ...from,
  };
  return httpResource.parse({
    ...PEOPLE,
    key: ['id'],
    from: template,
    fields: { ...fields, name: { ...fields.name, at: '/person/full~1name' } },
  });
}

function open(url: string, resource = aResource(), changes: Partial<HttpSourceConfig> = {}): HttpSource {
  const source = new HttpSource(aConfig(url, changes), [resource]);
  sources.push(source);
  return source;
}

/** As a careless API writes it: numbers of any size as JSON numbers, times without a zone, a name further down. */
function asJson({ name, big, amount, local, ...person }: Person): object {
  return {
    ...person,
    person: { 'full/name': name },
    big: asNumber(big),
    amount: asNumber(amount),
    ...(local === null ? {} : { local: localTime(String(local), UTC_OFFSET) }),
  };
}

/** Marked, so that jsonText can write it without quotes: JavaScript has no number for it. */
const asNumber = (value: Value) => (value === null ? null : `#${String(value)}#`);

function jsonText(value: object): string {
  return JSON.stringify(value).replace(/"#(-?[0-9.]+)#"/g, '$1');
}

function answerOf(rows: readonly Person[]): string {
  return jsonText({ result: { people: rows.map(asJson) } });
}

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

async function asked(where: Condition[], from: object = {}): Promise<{ request: IncomingMessage; body: Buffer }> {
  const seen = Promise.withResolvers<{ request: IncomingMessage; body: Buffer }>();
  const url = await serve((request, response) => {
    response.end(answerOf([]));
    buffer(request).then((body) => {
      seen.resolve({ request, body });
    }, seen.reject);
  });
  await open(url, aResource(from)).read(aQuery({ where }), patient);
  return seen.promise;
}

describe('a request', () => {
  it('takes the conditions that the template names, encoded, and leaves out those that the question lacks', async () => {
    const { request } = await asked([
      { field: 'id', op: 'in', value: ['a&b=c', '张三'] },
      { field: 'seen', op: 'gte', value: '2024-02-29T00:00:00Z' },
      { field: 'born', op: 'eq', value: '2000-02-29' },
    ]);
    expect(request.method).toBe('GET');
    expect(request.url).toBe(
      '/api/people?ids=a%26b%3Dc&ids=%E5%BC%A0%E4%B8%89&since=2024-02-29T00%3A00%3A00Z&format=full',
    );
  });

  it('puts a condition into the path as one segment', async () => {
    const { request } = await asked([{ field: 'id', op: 'eq', value: '../admin?x=1#y' }], {
      path: '/people/{id.eq}/record',
      query: {},
    });
    expect(request.url).toBe('/api/people/..%2Fadmin%3Fx%3D1%23y/record');
  });

  it.each(['.', '..'])('does not let %j climb out of the path', async (value) => {
    const url = await serve((_, response) => response.end(answerOf(people)));
    const source = open(url, aResource({ path: '/people/{id.eq}', query: {} }));
    const reading = source.read(aQuery({ where: [{ field: 'id', op: 'eq', value }] }), patient);
    await expect(reading).rejects.toMatchObject({ code: 'FILTER_INVALID' });
    await expect(source.read(aQuery(), patient)).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  });

  it('posts typed values in a JSON body', async () => {
    const from = {
      method: 'POST',
      path: '/search',
      query: {},
      body: { low: '{small.between_from}', high: '{small.between_to}', ids: '{id.in}', size: '{big.eq}', kind: 'all' },
    };
    const where: Condition[] = [
      { field: 'small', op: 'between', value: [-1, 7] },
      { field: 'id', op: 'in', value: ['p001'] },
    ];
    const { request, body } = await asked(where, from);
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(body.toString())).toEqual({ low: -1, high: 7, ids: ['p001'], kind: 'all' });
  });

  it('carries its bearer token and asks for no compression', async () => {
    const seen = Promise.withResolvers<IncomingMessage>();
    const url = await serve((request, response) => {
      seen.resolve(request);
      response.end(answerOf([]));
    });
    await open(url, aResource(), { auth: { kind: 'bearer', token: 'secret' } }).read(aQuery(), patient);
    expect((await seen.promise).headers).toMatchObject({
      authorization: 'Bearer secret',
      'accept-encoding': 'identity',
      accept: 'application/json',
    });
  });

  it('is signed over method, authority, path, query and body where the API wants signatures', async () => {
    const key = generateSigningKey();
    const seen = Promise.withResolvers<{ request: IncomingMessage; body: Buffer }>();
    const url = await serve((request, response) => {
      response.end(answerOf([]));
      buffer(request).then((body) => {
        seen.resolve({ request, body });
      }, seen.reject);
    });
    const resource = aResource({ method: 'POST', body: { id: '{id.eq}' } });
    const source = new HttpSource(aConfig(url), [resource], key);
    sources.push(source);
    await source.read(aQuery({ where: [{ field: 'id', op: 'eq', value: 'p001' }] }), patient);
    const { request, body } = await seen.promise;
    const header = (name: string) => String(request.headers[name]);
    const [path = '', query] = String(request.url).split('?');
    const target: SignedTarget = {
      method: 'POST',
      authority: header('host'),
      path,
      query: `?${String(query)}`,
      contentDigest: header('content-digest'),
    };
    const read = readSignature(header('signature-input'), header('signature'));
    if (!read.ok) throw new Error(read.detail);
    expect(read.components).toEqual(componentsOf(target));
    expect(checkContentDigest(header('content-digest'), body)).toBeUndefined();
    const base = signatureBase(linesOf(target, read.components), read.signatureParams);
    expect(verifyBytes(Buffer.from(base), key.key, read.signature)).toBe(true);
  });
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

  it('may be one row, or a status that means none', async () => {
    const resource = aResource({ rowsAt: '/result', emptyOn: [404] });
    const one = jsonText({ result: asJson(people[0]!) });
    expect(await reading((_, response) => response.end(one), resource)).toHaveLength(1);
    expect(await reading((_, response) => response.writeHead(404).end('none'), resource)).toEqual([]);
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
