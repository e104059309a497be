import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { aFolder, expectPublished, open, publishAll, sequencer } from '../../test/a-log.js';
import { candidates } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { FileTileStore } from './file-tile-store.js';

let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
const [first, second] = [candidates(600), candidates(1)];

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  const writer = await sequencer(ledger);
  await writer.append(first);
  await writer.append(second);
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

it('signs nothing where its batches were read before, and takes them when they are read anew', async () => {
  const opened = await open(ledger, await FileTileStore.open(folder.path));
  const next = (await opened.sequenced.after(0, 0, 1000))!;
  for await (const entries of next.batches) expect(entries.length).toBeGreaterThan(0);
  await expect(opened.log.extend(next)).rejects.toMatchObject({ code: 'BATCH_DAMAGED' });
  expect(opened.log.head.size).toBe(0);

  await publishAll(opened);
  await expectPublished(folder.path, [...first, ...second]);
});

it('writes nothing any more once a batch behind others could not be read', async () => {
  const store = await FileTileStore.open(folder.path);
  const write = store.create.bind(store);
  let underWay = 0;
  const writing = jest.spyOn(store, 'create').mockImplementation(async (path, bytes) => {
    underWay += 1;
    await delay(20);
    const result = await write(path, bytes);
    underWay -= 1;
    return result;
  });
  const opened = await open(ledger, store);
  await ledger.database.query(`UPDATE batch SET entries = 'rubbish' WHERE first = 600`);
  underWay = 0;
  await expect(opened.log.extend((await opened.sequenced.after(0, 0, 1000))!)).rejects.toMatchObject({
    code: 'BATCH_DAMAGED',
  });
  expect(writing).toHaveBeenCalled();
  expect(underWay).toBe(0);
});
