import { connect } from 'node:net';
import { orderFor } from '#client/order.js';
import { ALERT_HEADER, ALERT_TYPE } from '#exchange/alert.js';
import { problemDetails } from '#exchange/problem.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { TILE_WIDTH, parseTilePath } from '#merkle/tile.js';
import { leafHash } from '#merkle/tree-hash.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { mutate } from '../../../test/fuzz/mutate.js';
import { randomOf, type Random } from '../../../test/fuzz/random.js';
import { operationsOf } from '../../../test/system/documented-operation.js';
import { FAMILY_ORIGIN, OPERATOR_KEY } from './a-service.js';
import { events, get, json, ledger } from './ledger-of-303.js';

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends these bytes as they are: a client would refuse to. */
async function send(bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(ledger.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  // A request that is too long is answered, and cut off while it is still being sent.
  await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body };
}

/** That the ledger takes. */
interface ValidRequest {
  readonly target: string;
  /** 200 if left out. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
}

function ask(
  target: string | Buffer,
  method = 'GET',
  headers = {},
  body: Buffer = Buffer.alloc(0),
): Promise<RawAnswer> {
  const type = body.length === 0 ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const fields = Object.entries({ host: 'l', connection: 'close', ...type, ...headers });
  const lines = fields.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('');
  const first = [Buffer.from(`${method} `), Buffer.from(target), Buffer.from(' HTTP/1.1\r\n')];
  return send(Buffer.concat([...first, Buffer.from(`${lines}\r\n`), body]));
}

/** A tile of the tree, by its one path. */
function isTileOfTree(path: string): boolean {
  try {
    const { level, index, width } = parseTilePath(path);
    const there = hashesAtLevel(events.length, level === 'entries' ? 0 : level);
    return index * TILE_WIDTH + width <= there;
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
  }
}

const NO_ALERT = '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2';
const salt = 'A'.repeat(43);
const gets = (...targets: readonly string[]) => targets.map((target): ValidRequest => ({ target }));

/** What an operator orders of an alert. Each order is good once. */
function ordered(action: string, said: object): readonly ValidRequest[] {
  const body = JSON.stringify({ alert: NO_ALERT, ...said });
  const by = { key: OPERATOR_KEY, origin: FAMILY_ORIGIN };
  const order = orderFor(body, { source: 'ledger', type: ALERT_TYPE }, by, Date.now());
  return [{ target: `/v1/alerts/${NO_ALERT}/${action}`, status: 404, headers: { [ALERT_HEADER]: order }, body }];
}

/** Of every operation that the ledger documents, by its name there, and of those that it does not. */
const valid: Readonly<Record<string, () => readonly ValidRequest[]>> = {
  'GET /log/shards': () => gets('/log/shards'),
  'GET /log/lists/{version}': () => gets('/log/lists/1'),
  'GET /log/{shard}/checkpoint': () => gets('/log/0/checkpoint', '/log/root/checkpoint'),
  'GET /log/{shard}/tile/{level}/{index}/{width}': () => [
    ...gets('/log/0/tile/0/001.p/47', '/log/0/tile/entries/001.p/47', '/log/0/tile/1/000.p/1'),
    ...gets('/log/0/tile/0/000', '/log/root/tile/0/000.p/1', '/log/root/tile/entries/000.p/1'),
  ],
  'GET /v1/shards': () => gets('/v1/shards'),
  'GET /v1/entries': () => gets('/v1/entries?limit=5&shard=0', '/v1/entries?cursor=MC4zMDA'),
  'GET /v1/entries/{shard}/{index}': () => gets('/v1/entries/0/302'),
  'GET /v1/events/{id}': () => gets(`/v1/events/${events[0]?.id ?? ''}`),
  'POST /v1/sequenced': () => {
    const some = events
      .slice(0, 3)
      .map(({ id, type, data }) => ({ id, type, leaf: Buffer.from(leafHash(data)).toString('base64url') }));
    return [{ target: '/v1/sequenced', body: JSON.stringify({ events: some }) }];
  },
  'GET /v1/proofs/inclusion': () => gets('/v1/proofs/inclusion?shard=0&index=7&size=300'),
  'GET /v1/proofs/consistency': () => gets('/v1/proofs/consistency?shard=0&from=3&to=300'),
  'GET /v1/witnesses': () => gets('/v1/witnesses'),
  'GET /v1/reconciliation': () =>
    gets('/v1/reconciliation?limit=5', `/v1/reconciliation?cursor=${encodeURIComponent(`gateway~${NO_ALERT}`)}`),
  'GET /v1/alerts': () => [
    ...gets(`/v1/alerts?limit=5&cursor=${NO_ALERT}&state=open&kind=hole&owner=gateway`),
    ...gets('/v1/alerts?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z'),
  ],
  'GET /v1/alerts/{id}': () => [{ target: `/v1/alerts/${NO_ALERT}`, status: 404 }],
  'POST /v1/alerts/{id}/explain': () => ordered('explain', { state: 'explained', reason: 'outage', note: 'n', salt }),
  'POST /v1/alerts/{id}/resolve': () => ordered('resolve', { state: 'resolved', reason: 'outage', salt }),
  'POST /v1/alerts/{id}/notes': () => ordered('notes', {}),
  'POST /v1/alerts/{id}/erase-note': () => ordered('erase-note', { entry: NO_ALERT, ground: 'consent-withdrawn' }),
  'GET /health/live': () => gets('/health/live'),
  'GET /health/ready': () => gets('/health/ready'),
  'GET /metrics': () => gets('/metrics'),
};

/** More than a service takes of a request's head: it hangs up, and the answer may be lost on the way. */
const TOO_LONG = 8000;

it('names every operation that the ledger documents, and what each of them takes', async () => {
  const documented = operationsOf(await json('/docs/openapi.json')).map(({ name }) => name);
  expect(documented.filter((name) => !(name in valid))).toEqual([]);
  for (const [name, requests] of Object.entries(valid)) {
    for (const { target, status = 200, headers, body } of requests()) {
      const answer = await ask(target, methodOf(name), headers, body === undefined ? undefined : Buffer.from(body));
      expect({ target, status: answer.status }).toEqual({ target, status });
    }
  }
});

it('refuses whatever is made of a valid request by what is wrong with it, and breaks on nothing', async () => {
  const broken: string[] = [];
  for (let number = 0; number < 2000; number += 1) {
    const random = randomOf(11, number);
    const [name, requests] = random.pick(Object.entries(valid));
    const request = random.pick(requests());
    const { target, body } = changed(request, random);
    const answer = await ask(target, methodOf(name), request.headers, body);
    const path = target.toString('latin1').split('?')[0] ?? '';
    const isTile = path.startsWith('/log/0/tile/');
    const isRight = !isTile || answer.status !== 200 || isTileOfTree(path.slice('/log/0/'.length));
    const isAnswered = answer.status > 0 || target.length > TOO_LONG;
    if (!isRight || !isAnswered || answer.status >= 500) {
      broken.push(
        `${name} ${answer.status} ${JSON.stringify([target, body].map(String)).slice(0, 300)} ${answer.body}`,
      );
    }
  }
  expect(broken).toEqual([]);
  expect((await get('/health/ready')).status).toBe(200);
  // 50 is an error, 60 an end.
  expect(ledger.lines.filter(({ level }) => level >= 50)).toEqual([]);
}, 120_000);

const methodOf = (operation: string) => operation.split(' ', 1)[0];

/** In its target, or of those that have one more often in its body. */
function changed({ target, body }: ValidRequest, random: Random): { readonly target: Buffer; readonly body?: Buffer } {
  if (body !== undefined && random.below(4) > 0) {
    return { target: Buffer.from(target), body: mutate(Buffer.from(body), random) };
  }
  const line = mutate(Buffer.from(target), random)
    .toString('latin1')
    .replaceAll(/[\r\n]/g, '');
  return { target: Buffer.from(line, 'latin1'), ...(body === undefined ? {} : { body: Buffer.from(body) }) };
}

it.each([
  ['a range past the end', '/v1/proofs/consistency?shard=0&from=0&to=9007199254740991', 404],
  ['a range that no number holds', '/v1/proofs/consistency?shard=0&from=0&to=18446744073709551615', 400],
  ['a size with a leading zero', '/v1/proofs/inclusion?shard=0&index=1&size=0303', 400],
  ['an index of thousands of digits', `/v1/entries/0/${'9'.repeat(5000)}`, 404],
  ['an id of thousands of letters', `/v1/events/${'a'.repeat(5000)}`, 404],
  ['a shard that cannot be', '/v1/entries/99999/0', 400],
  ['more entries than a page has', '/v1/entries?limit=100000', 400],
  ['a cursor in another spelling', '/v1/entries?cursor=MC4zMDA%3D', 422],
  ['a cursor with a leading zero', `/v1/entries?cursor=${Buffer.from('0.0300').toString('base64url')}`, 422],
  ['a cursor for a shard that there is not', `/v1/entries?cursor=${Buffer.from('7.1').toString('base64url')}`, 422],
  ['a cursor that is too long', `/v1/entries?cursor=${'a'.repeat(2001)}`, 400],
  ['a cursor twice', '/v1/entries?cursor=MC4zMDA&cursor=MC4zMDA', 400],
  ['a query for what every object has', '/v1/entries?__proto__=1&constructor=2', 400],
  ['a name that is not UTF-8', '/v1/events/%ff%fe', 404],
  ['a tile in digits of another script', '/log/0/tile/0/%D9%A0%D9%A0%D9%A0', 404],
  ['a tile past what any tree has', '/log/0/tile/0/x009/x007/x199/x254/x740/992', 404],
])('refuses %s', async (_, target, status) => {
  const answer = await ask(target);
  expect(answer.status).toBe(status);
  expect(problemDetails.parse(JSON.parse(answer.body.replace(/^[0-9a-f]+\r\n|\r\n0$/g, ''))).status).toBe(status);
});

it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('has no %s for a tile, and stays', async (method) => {
  expect([404, 405]).toContain((await get('/log/0/tile/0/000', { method })).status);
  expect(await json('/v1/shards')).toBeDefined();
});
