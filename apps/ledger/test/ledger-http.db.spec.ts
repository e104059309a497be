import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemDetails } from '#exchange/problem.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { formatVkey, parseVkey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { readRootEntry } from '#merkle/root-entry.js';
import { openShardList } from '#merkle/shard-list.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { z } from 'zod';
import type { entriesPage, shardList, singleEntry } from '../src/reading/ledger-answers.schema.js';
import { events, get, getRaw, json, ledger, shards, trust } from './ledger-of-303.js';

describe('GET /v1/shards', () => {
  it('tells the name, key, size and checkpoint of each log', async () => {
    const [shard, ...others] = await shards();
    expect(others).toEqual([]);
    expect(shard).toMatchObject({ shard: 0, origin: 'ledger.test/log/0', state: 'open', prefix: '/log/0/', size: 303 });
    const opened = openCheckpoint(shard!.checkpoint, await trust());
    expect(opened.size).toBe(303);
    expect(Buffer.from(opened.root).toString('base64')).toBe(shard!.root);
  });

  it('leads to the signed list of all shards, from whose key all others follow, and to the root log', async () => {
    const { family, root } = await json<z.output<typeof shardList>>('/v1/shards');
    await untilListed(family.list);
    const answer = await get(family.list);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const list = openShardList(await answer.text(), parseVkey(family.vkey));
    const [shard] = await shards();
    expect(list.shards.map(({ key }) => formatVkey(key))).toEqual([shard!.vkey]);
    expect(formatVkey(list.root.key)).toBe(root.vkey);
    const note = await (await get(`${root.prefix}checkpoint`)).text();
    const { size } = openCheckpoint(note, { log: list.root.key });
    const bundle = await get(`${root.prefix}${tilePath({ level: 'entries', index: 0, width: size })}`);
    const entries = decodeBundle(new Uint8Array(await bundle.arrayBuffer())).map(readRootEntry);
    expect(entries[0]).toMatchObject({ kind: 'list', list: { version: list.version } });
    expect(entries.at(-1)).toMatchObject({ kind: 'checkpoint', checkpoint: { origin: shard!.origin } });
  });
});

describe('the versions of the list', () => {
  it('are served by their number, to be kept for ever', async () => {
    await untilListed('/log/shards');
    const answer = await get('/log/lists/1');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await answer.text()).toBe(await (await get('/log/shards')).text());
  });

  it.each(['0', '2', '01', '%31', '+1', '1/', '1.0', '', '..%2fshards', '99999999999999999999'])(
    'have one spelling, and none is there that is not shown: %s',
    async (version) => {
      await untilListed('/log/shards');
      const answer = await getRaw(`/log/lists/${version}`);
      expect(answer.status).toBe(404);
    },
  );
});

/** A list is shown once the root log that is shown has its digest. */
async function untilListed(path: string): Promise<void> {
  while ((await get(path)).status === 404);
}

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
