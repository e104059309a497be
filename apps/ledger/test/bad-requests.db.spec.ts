import { orderFor } from '#client/order.js';
import { ALERT_HEADER, ALERT_TYPE } from '#exchange/alert.js';
import { problemDetails } from '#exchange/problem.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { TILE_WIDTH, parseTilePath } from '#merkle/tile.js';
import { leafHash } from '#merkle/tree-hash.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { randomOf } from '../../../test/fuzz/random.js';
import {
  badRequestOf,
  faultOf,
  notTaken,
  tell,
  type ValidRequest,
  type ValidRequests,
} from '../../../test/support/bad-request.js';
import { sendRaw, type RawRequest } from '../../../test/support/raw-request.js';
import { operationsOf } from '../../../test/system/documented-operation.js';
import { FAMILY_ORIGIN, OPERATOR_KEY } from './a-service.js';
import { events, get, json, ledger } from './ledger-of-303.js';

const ask = (target: string) => sendRaw(ledger.url, { target });

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

/** What an operator orders of an alert. */
const ordered = (action: string, said: object): readonly ValidRequest[] => [
  {
    target: `/v1/alerts/${NO_ALERT}/${action}`,
    status: 404,
    body: JSON.stringify({ alert: NO_ALERT, ...said }),
    sign: ({ body }) => {
      const by = { key: OPERATOR_KEY, origin: FAMILY_ORIGIN };
      return { [ALERT_HEADER]: orderFor(String(body), { source: 'ledger', type: ALERT_TYPE }, by, Date.now()) };
    },
  },
];

const valid: ValidRequests = {
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

it('names every operation that the ledger documents, and what each of them takes', async () => {
  const documented = operationsOf(await json('/docs/openapi.json')).map(({ name }) => name);
  expect(documented.filter((name) => !(name in valid))).toEqual([]);
  expect(await notTaken(ledger.url, valid)).toEqual([]);
});

it('refuses whatever is made of a valid request by what is wrong with it, and breaks on nothing', async () => {
  const broken: unknown[] = [];
  for (let number = 0; number < 2000; number += 1) {
    const request = badRequestOf(valid, randomOf(11, number));
    const answer = await sendRaw(ledger.url, request);
    const fault = faultOf(request, answer) ?? inventedTile(request, answer.status);
    if (fault !== undefined) broken.push({ number, fault, request: tell(request) });
  }
  expect(broken).toEqual([]);
  expect((await get('/health/ready')).status).toBe(200);
  // 50 is an error, 60 an end.
  expect(ledger.lines.filter(({ level }) => level >= 50)).toEqual([]);
}, 120_000);

/** That it answered with a tile which the tree has not. */
function inventedTile({ target }: RawRequest, status: number): string | undefined {
  const path = target.toString('latin1').split('?')[0] ?? '';
  const isTile = path.startsWith('/log/0/tile/') && status === 200;
  return isTile && !isTileOfTree(path.slice('/log/0/'.length)) ? 'no tile of the tree' : undefined;
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
