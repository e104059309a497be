import { aFolder } from '../../test/a-log.js';
import { publishedLogs } from '../../test/published-logs.js';
import type { PublishedLog } from '../publication/published-log.js';
import { readEntry } from './log-reader.js';
import { readText } from './newest-entries.js';

const TIMES = ['2026-11-02T08:01:00.000Z', '2026-11-02T08:02:00.000Z', '2026-11-02T08:03:00.000Z'];

let folder: Awaited<ReturnType<typeof aFolder>>;
let log: PublishedLog;

beforeEach(async () => {
  folder = await aFolder();
  const [only] = await publishedLogs(folder.path, [TIMES]);
  if (only === undefined) throw new Error('one log was asked for');
  log = only.published;
});
afterEach(() => folder[Symbol.asyncDispose]());

it.each([0, 1, 2])('reads the entry at index %d', async (index) => {
  expect(readText(await readEntry(log, index)).entry.time).toBe(TIMES[index]);
});

it('gives nothing for an entry that is not there', async () => {
  await expect(readEntry(log, TIMES.length)).rejects.toMatchObject({ code: 'TILE_MISSING' });
});
