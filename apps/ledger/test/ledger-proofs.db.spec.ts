import { randomUUID } from 'node:crypto';
import { problemDetails } from '#exchange/problem.js';
import { decodeBase64 } from '#merkle/base64.js';
import { verifyConsistency } from '#merkle/consistency-proof.js';
import { verifyInclusion } from '#merkle/inclusion-proof.js';
import { verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { z } from 'zod';
import type { consistencyAnswer, eventEntries, inclusionAnswer } from '../src/reading/ledger-answers.schema.js';
import { TRACE_ID } from './entries.js';
import { events, get, json, ledger, post, trust } from './ledger-of-303.js';

const leafOf = (data: Uint8Array) => Buffer.from(leafHash(data)).toString('base64url');

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
  const aName = (type: string) => ({ id: randomUUID(), type, leaf: leafOf(events[0]?.data ?? new Uint8Array()) });

  it('confirms what is committed, in the words of the question', async () => {
    const known = { id: events[0]!.id.toUpperCase(), type: events[0]!.type, leaf: leafOf(events[0]!.data) };
    const unknown = [
      { ...known, id: randomUUID() },
      { ...known, type: 'access.released.v1' },
      { ...known, type: 'no.such.type' },
      { ...known, leaf: leafOf(events[1]!.data) },
    ];
    const answer = await post({ events: [known, ...unknown] });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ sequenced: [known] });
  });

  it('takes five thousand at once, and none', async () => {
    const many = events.map(({ id, type, data }) => ({ id, type, leaf: leafOf(data) }));
    const padded = [...many, ...Array.from({ length: 5000 - many.length }, () => aName('x'))];
    expect(await (await post({ events: padded })).json()).toEqual({ sequenced: many });
    expect(await (await post({ events: [] })).json()).toEqual({ sequenced: [] });
  });

  it.each<[number, unknown]>([
    [400, '{'],
    [400, ''],
    [400, '[]'],
    [400, { events: [{ ...aName('y'), id: 'x' }] }],
    [400, { events: [{ ...aName('y'), leaf: 'x' }] }],
    [400, { events: [{ id: randomUUID(), type: 'y' }] }],
    [400, { events: [{ id: randomUUID() }] }],
    [400, { events: [{ ...aName('\0'), more: 1 }] }],
    [400, { events: Array.from({ length: 5001 }, () => aName('x')) }],
    [400, '{"events":[],"__proto__":{}}'],
    [413, 'x'.repeat(1_100_000)],
  ])('answers %d to a malformed question', async (status, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    problemDetails.parse(await answer.json());
  });

  it('takes type names with NUL for types that there are not', async () => {
    const answer = await post({ events: [aName('\0')] });
    expect(await answer.json()).toEqual({ sequenced: [] });
  });
});

describe('the service', () => {
  it('is ready, and says of what', async () => {
    const { checks } = await json<{ checks: Record<string, string> }>('/health/ready');
    expect(checks).toEqual({
      ...{ database: 'ok', tiles: 'ok', publication: 'ok', consumer: 'ok', reconciliation: 'ok', outbox: 'ok' },
    });
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
