import { Problem } from '#exchange/problem.js';
import { aFolder } from '../../test/a-log.js';
import { publishedLogs } from '../../test/published-logs.js';
import type { ReadableLog } from '../shards/shard-log.js';
import { newestEntries } from './newest-entries.js';

let folder: Awaited<ReturnType<typeof aFolder>>;
let logs: readonly ReadableLog[];

const at = (minute: number) => `2026-11-02T08:${String(minute).padStart(2, '0')}:00.000Z`;

beforeEach(async () => {
  folder = await aFolder();
  logs = await publishedLogs(folder.path, [[at(1), at(4), at(2), at(9)], [], [at(3), at(5), at(6)]]);
});
afterEach(() => folder[Symbol.asyncDispose]());

async function pages(limit: number, of = logs): Promise<string[][]> {
  const all: string[][] = [];
  for (let cursor: string | undefined; ;) {
    const page = await newestEntries(of, limit, cursor);
    all.push(page.entries.map(({ log, index }) => `${log.shard.number}/${index}`));
    if (page.next === undefined) return all;
    cursor = page.next;
  }
}

it('keeps the order of each shard and takes the later head among shards', async () => {
  expect(await pages(10)).toEqual([['0/3', '2/2', '2/1', '2/0', '0/2', '0/1', '0/0']]);
});

it.each([1, 2, 3, 6, 7])('gives the same in pages of %d', async (limit) => {
  const [whole = []] = await pages(10);
  const some = await pages(limit);
  expect(some.flat()).toEqual(whole);
  expect(some.slice(0, -1).every((page) => page.length === limit)).toBe(true);
});

it('gives none of an empty log', async () => {
  expect(await pages(10, logs.slice(1, 2))).toEqual([[]]);
});

it('refuses the cursor of another question', async () => {
  const { next } = await newestEntries(logs, 1, undefined);
  await expect(newestEntries(logs.slice(0, 1), 1, next)).rejects.toThrow(Problem);
  const one = await newestEntries(logs.slice(0, 1), 1, undefined);
  await expect(newestEntries(logs, 1, one.next)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});
