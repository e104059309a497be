import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { problemDetails } from '#exchange/problem.js';
import { decodeBase64 } from '#merkle/base64.js';
import { verifyConsistency } from '#merkle/consistency-proof.js';
import { verifyInclusion } from '#merkle/inclusion-proof.js';
import { parseVkey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { z } from 'zod';
import type {
  consistencyAnswer,
  entriesPage,
  eventEntries,
  inclusionAnswer,
  shardList,
  singleEntry,
} from '../src/reading/ledger-answers.schema.js';
import { runningLedger, type RunningLedger } from './a-service.js';
import { TRACE_ID, anEvent } from './entries.js';

let ledger: RunningLedger;
/** In the order of the log. */
const events: SluiceEvent[] = [];

beforeAll(async () => {
  ledger = await runningLedger();
  for (const count of [3, 290, 10]) {
    const some = Array.from({ length: count }, () => anEvent());
    await ledger.events.publish(LEDGER_TOPIC, some);
    events.push(...some);
    await untilPublished(events.length);
  }
}, 60_000);
afterAll(() => ledger[Symbol.asyncDispose]());

const get = (path: string, init?: RequestInit) => fetch(`${ledger.url}${path}`, init);
async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await get(path, init);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}
/** The path as it stands: fetch would tidy it up. */
function getRaw(path: string): Promise<{ status: number | undefined; code: string }> {
  const { hostname, port } = new URL(ledger.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path }, (answer) => {
      answer.setEncoding('utf8');
      let body = '';
      answer.on('data', (text: string) => (body += text));
      answer.on('end', () => {
        resolve({ status: answer.statusCode, code: problemDetails.parse(JSON.parse(body)).code });
      });
    });
    call.on('error', reject).end();
  });
}
const post = (body: unknown) =>
  get('/v1/sequenced', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const shards = async () => (await json<z.output<typeof shardList>>('/v1/shards')).shards;

async function untilPublished(size: number): Promise<void> {
  while (((await shards())[0]?.size ?? 0) < size);
}

async function trust() {
  const [shard] = await shards();
  return { log: parseVkey(shard!.vkey) };
}

describe('GET /v1/shards', () => {
  it('tells the name, key, size and checkpoint of each log', async () => {
    const [shard, ...others] = await shards();
    expect(others).toEqual([]);
    expect(shard).toMatchObject({ shard: 0, origin: 'ledger.test/log/0', state: 'open', prefix: '/log/0/', size: 303 });
    const opened = openCheckpoint(shard!.checkpoint, await trust());
    expect(opened.size).toBe(303);
    expect(Buffer.from(opened.root).toString('base64')).toBe(shard!.root);
  });
});

describe('the log by tlog-tiles', () => {
  it('serves the checkpoint, never cached', async () => {
    const answer = await get('/log/0/checkpoint');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(openCheckpoint(await answer.text(), await trust()).size).toBe(303);
  });

  it('serves every tile of the tree as the file that it is, full ones to be cached for ever', async () => {
    for (const tile of tilesOfSize(303)) {
      const path = tilePath(tile);
      const answer = await get(`/log/0/${path}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('cache-control')).toMatch(tile.width === 256 ? /immutable/ : /max-age=60$/);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.equals(await readFile(join(ledger.tiles, 'log/0', path)))).toBe(true);
    }
  });

  it('still serves the partial tiles of smaller trees', async () => {
    const [narrow, full] = await Promise.all(
      ['tile/0/000.p/3', 'tile/0/000'].map(async (path) =>
        Buffer.from(await (await get(`/log/0/${path}`)).arrayBuffer()),
      ),
    );
    expect(narrow).toHaveLength(96);
    expect(full!.subarray(0, 96).equals(narrow!)).toBe(true);
    expect((await get('/log/0/tile/entries/001.p/1')).status).toBe(200);
  });

  it('answers HEAD', async () => {
    const answer = await get('/log/0/checkpoint', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it.each([
    '/log/0/tile/0/002',
    '/log/0/tile/0/001',
    '/log/0/tile/0/001.p/48',
    '/log/0/tile/0/001.p/0',
    '/log/0/tile/0/000.p/256',
    '/log/0/tile/0/000.p/01',
    '/log/0/tile/0/0',
    '/log/0/tile/0/x000/000',
    '/log/0/tile/00/000',
    '/log/0/tile/3/000',
    '/log/0/tile/64/000',
    '/log/0/tile/0/x999/x999/x999/x999/x999/999',
    '/log/0/tile/entries/../../checkpoint',
    '/log/0/tile/%30/000',
    '/log/0/tile/0/000%2ep/3',
    '/log/0/tile/0/000/',
    '/log/0/tile/0/..%2f..%2fcheckpoint',
    '/log/0/tile/0/000%00',
    '/log/0/tile//000',
    '/log/00/checkpoint',
    '/log/1/checkpoint',
    '/log/0/checkpoint/',
    '/log/0/.heads/303',
    '/log/0/%2eheads/303',
    '/log/0/%ff/checkpoint',
    '/log/0/%',
    '/log/0/tile/../.heads/303',
    '//log/0/checkpoint',
    'http://ledger.test/log/0/checkpoint',
  ])('has nothing at %s', async (path) => {
    expect(await getRaw(path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('has nothing at a path of thousands of parts', async () => {
    expect(await getRaw(`/log/0/tile/0/${'x000/'.repeat(2000)}000`)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('GET /v1/entries', () => {
  it('pages through all entries, the newest first, each with its leaf hash', async () => {
    const seen: z.output<typeof entriesPage>['entries'] = [];
    let next: string | undefined;
    do {
      const query: string = next === undefined ? '' : `&cursor=${next}`;
      const page = await json<z.output<typeof entriesPage>>(`/v1/entries?limit=100${query}`);
      seen.push(...page.entries);
      next = page.next;
    } while (next !== undefined);
    expect(seen.map((entry) => entry.index)).toEqual(events.map((_, index) => 302 - index));
    for (const { index, leaf, entry, origin } of seen) {
      expect(entry).toEqual(JSON.parse(Buffer.from(events[index]!.data).toString()));
      expect(leaf).toBe(Buffer.from(leafHash(events[index]!.data)).toString('base64'));
      expect(origin).toBe('ledger.test/log/0');
    }
  });

  it('gives fifty of the shard asked for', async () => {
    expect((await json<z.output<typeof entriesPage>>('/v1/entries?shard=0')).entries).toHaveLength(50);
    expect((await get('/v1/entries?shard=1')).status).toBe(404);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=01',
    'limit=x',
    'limit=1&limit=2',
    'shard=-1',
    'shard=1e1',
    'page=2',
    'cursor[]=x',
  ])('refuses %s', async (query) => {
    const answer = await get(`/v1/entries?${query}`);
    expect(answer.status).toBe(400);
    expect(problemDetails.parse(await answer.json()).code).toBe('INVALID_REQUEST');
  });

  it.each(['0', '0.304', '0.-1', '0.00', '1.5', '0.5.1.5', '0.5.0.5', '0.9007199254740993', '\0', ''])(
    'refuses the cursor made by hand of %j',
    async (text) => {
      const cursor = Buffer.from(text).toString('base64url');
      const answer = await get(`/v1/entries?cursor=${cursor}`);
      expect(answer.status).toBe(422);
      expect(problemDetails.parse(await answer.json()).code).toBe('CURSOR_INVALID');
    },
  );
});

describe('GET /v1/entries/{shard}/{index}', () => {
  it('gives an entry with a proof that verifies offline', async () => {
    for (const index of [0, 2, 3, 255, 256, 302]) {
      const found = await json<z.output<typeof singleEntry>>(`/v1/entries/0/${index}`);
      expect(found.text).toBe(Buffer.from(events[index]!.data).toString());
      const { size } = verifyTlogProof(found.proof, leafHash(Buffer.from(found.text)), await trust());
      expect(size).toBe(303);
    }
  });

  it.each([
    ['/v1/entries/0/303', 404],
    ['/v1/entries/1/0', 404],
    ['/v1/entries/0/9007199254740991', 404],
    ['/v1/entries/0/9007199254740992', 400],
    ['/v1/entries/0/-1', 400],
    ['/v1/entries/0/01', 400],
    ['/v1/entries/0/1.0', 400],
    ['/v1/entries/x/0', 400],
    ['/v1/entries/0/%00', 400],
  ])('answers %s with %d', async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    problemDetails.parse(await answer.json());
  });
});

describe('GET /v1/events/{id}', () => {
  it('gives the published entries of an event, and proofs that verify offline', async () => {
    const event = events[100]!;
    const { entries } = await json<z.output<typeof eventEntries>>(`/v1/events/${event.id.toUpperCase()}`);
    const [found] = entries;
    expect(entries).toHaveLength(1);
    expect(found).toMatchObject({ type: event.type, origin: 'ledger.test/log/0', index: 100 });
    expect(found!.entry).toBe(Buffer.from(event.data).toString());
    verifyTlogProof(found!.proof, leafHash(Buffer.from(found!.entry)), await trust());
  });

  it('knows nothing of another id, and refuses what is none', async () => {
    expect((await get(`/v1/events/${randomUUID()}`)).status).toBe(404);
    for (const id of ['x', "'%20OR%20true", '%00', `${randomUUID()}0`]) {
      expect((await get(`/v1/events/${id}`)).status).toBe(400);
    }
  });
});

describe('GET /v1/proofs', () => {
  it('proves an entry in the tree of any size from its index on', async () => {
    const leaf = leafHash(events[3]!.data);
    for (const size of ['4', '255', '256', '257', '303', '']) {
      const query = `shard=0&index=3${size === '' ? '' : `&size=${size}`}`;
      const proof = await json<z.output<typeof inclusionAnswer>>(`/v1/proofs/inclusion?${query}`);
      expect(proof).toMatchObject({ leaf: Buffer.from(leaf).toString('base64'), size: Number(size || 303) });
      verifyInclusion(proof.hashes.map(decodeBase64), leaf, 3, { size: proof.size, root: decodeBase64(proof.root) });
    }
  });

  it('proves that the log only ever grew', async () => {
    const root = async (size: number) => {
      const answer = await json<{ root: string }>(`/v1/proofs/inclusion?shard=0&index=0&size=${size}`);
      return decodeBase64(answer.root);
    };
    for (const [from, to] of [
      [1, 303],
      [3, 256],
      [3, 303],
      [255, 257],
      [303, 303],
    ] as const) {
      const proof = await json<z.output<typeof consistencyAnswer>>(
        `/v1/proofs/consistency?shard=0&from=${from}&to=${to}`,
      );
      const newer = { size: to, root: decodeBase64(proof.root) };
      verifyConsistency(proof.hashes.map(decodeBase64), { size: from, root: await root(from) }, newer);
    }
    expect(await json('/v1/proofs/consistency?shard=0&from=0')).toMatchObject({ from: 0, to: 303, hashes: [] });
  });

  it.each([
    ['inclusion?shard=0&index=303', 404],
    ['inclusion?shard=0&index=0&size=304', 404],
    ['inclusion?shard=0&index=5&size=5', 400],
    ['inclusion?shard=0&index=0&size=0', 400],
    ['inclusion?shard=0', 400],
    ['inclusion?shard=9&index=0', 404],
    ['inclusion?shard=0&index=0x1', 400],
    ['inclusion?shard=0&index=0&extra=1', 400],
    ['consistency?shard=0&from=304', 404],
    ['consistency?shard=0&from=5&to=4', 400],
    ['consistency?shard=0&from=05', 400],
    ['consistency?shard=0&from=1&from=2', 400],
    ['consistency?shard=0', 400],
    ['nothing?shard=0', 404],
  ])('answers %s with %d', async (query, status) => {
    const answer = await get(`/v1/proofs/${query}`);
    expect(answer.status).toBe(status);
    problemDetails.parse(await answer.json());
  });
});

describe('POST /v1/sequenced', () => {
  it('confirms what is committed, in the words of the question', async () => {
    const known = { id: events[0]!.id.toUpperCase(), type: events[0]!.type };
    const unknown = [
      { id: randomUUID(), type: known.type },
      { id: events[0]!.id, type: 'access.released.v1' },
      { id: events[0]!.id, type: 'no.such.type' },
    ];
    const answer = await post({ events: [known, ...unknown] });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ sequenced: [known] });
  });

  it('takes five thousand at once, and none', async () => {
    const many = events.map(({ id, type }) => ({ id, type }));
    const padded = [...many, ...Array.from({ length: 5000 - many.length }, () => ({ id: randomUUID(), type: 'x' }))];
    expect(await (await post({ events: padded })).json()).toEqual({ sequenced: many });
    expect(await (await post({ events: [] })).json()).toEqual({ sequenced: [] });
  });

  it.each<[number, unknown]>([
    [400, '{'],
    [400, ''],
    [400, '[]'],
    [400, { events: [{ id: 'x', type: 'y' }] }],
    [400, { events: [{ id: randomUUID() }] }],
    [400, { events: [{ id: randomUUID(), type: '\0', more: 1 }] }],
    [400, { events: Array.from({ length: 5001 }, () => ({ id: randomUUID(), type: 'x' })) }],
    [400, '{"events":[],"__proto__":{}}'],
    [413, 'x'.repeat(1_100_000)],
  ])('answers %d to a malformed question', async (status, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    problemDetails.parse(await answer.json());
  });

  it('takes type names with NUL for types that there are not', async () => {
    const answer = await post({ events: [{ id: randomUUID(), type: '\0' }] });
    expect(await answer.json()).toEqual({ sequenced: [] });
  });
});

describe('the service', () => {
  it('is ready, and says of what', async () => {
    const { checks } = await json<{ checks: Record<string, string> }>('/health/ready');
    expect(checks).toEqual({ database: 'ok', tiles: 'ok', publication: 'ok', consumer: 'ok' });
  });

  it('counts what it sequenced and published', async () => {
    const text = await (await get('/metrics')).text();
    expect(text).toContain('ledger_entries_total{shard="0"} 303');
    expect(text).toContain('ledger_published_entries{shard="0"} 303');
    expect(text).toMatch(/ledger_publish_lag_seconds_count\{shard="0"\} [1-9]/);
  });

  it('logs which traces a batch carried, and nothing of its entries', () => {
    const sequenced = ledger.lines.filter((line) => line.msg === 'sequenced');
    expect(sequenced.length).toBeGreaterThan(0);
    for (const line of sequenced) expect(line.traces).toEqual([TRACE_ID]);
    expect(JSON.stringify(ledger.lines)).not.toMatch(/housing|population/);
  });
});
