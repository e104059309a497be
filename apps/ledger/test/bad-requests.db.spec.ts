import { connect } from 'node:net';
import { problemDetails } from '#exchange/problem.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { TILE_WIDTH, parseTilePath } from '#merkle/tile.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { mutate } from '../../../test/fuzz/mutate.js';
import { randomOf } from '../../../test/fuzz/random.js';
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

const ask = (target: string | Buffer) =>
  send(
    Buffer.concat([
      Buffer.from('GET '),
      Buffer.from(target),
      Buffer.from(' HTTP/1.1\r\nhost: l\r\nconnection: close\r\n\r\n'),
    ]),
  );

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

const valid = () => [
  ...['/log/0/checkpoint', '/log/0/tile/0/000', '/log/0/tile/0/001.p/47', '/log/0/tile/entries/001.p/47'],
  ...['/log/0/tile/1/000.p/1', '/v1/shards', '/v1/entries?limit=5&shard=0', '/v1/entries/0/302'],
  ...[`/v1/events/${events[0]?.id ?? ''}`, '/v1/proofs/inclusion?shard=0&index=7&size=300'],
  ...['/v1/proofs/consistency?shard=0&from=3&to=300', '/v1/entries?cursor=MC4zMDA', '/health/ready', '/metrics'],
];

/** More than a service takes of a request's head: it hangs up, and the answer may be lost on the way. */
const TOO_LONG = 8000;

it('refuses whatever is made of a valid path by what is wrong with it, and breaks on nothing', async () => {
  const broken: string[] = [];
  for (let number = 0; number < 1500; number += 1) {
    const random = randomOf(11, number);
    const target = mutate(Buffer.from(random.pick(valid())), random)
      .toString('latin1')
      .replaceAll(/[\r\n]/g, '');
    const { status, body } = await ask(Buffer.from(target, 'latin1'));
    const path = target.split('?')[0] ?? '';
    const isTile = path.startsWith('/log/0/tile/');
    const isRight = isTile ? status !== 200 || isTileOfTree(path.slice('/log/0/'.length)) : status < 500;
    const isAnswered = status > 0 || target.length > TOO_LONG;
    if (!isRight || !isAnswered || status >= 500)
      broken.push(`${status} ${JSON.stringify(target.slice(0, 200))} ${body}`);
  }
  expect(broken).toEqual([]);
  expect((await get('/health/ready')).status).toBe(200);
  // 50 is an error, 60 an end.
  expect(ledger.lines.filter(({ level }) => level >= 50)).toEqual([]);
}, 60_000);

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
