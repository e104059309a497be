import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditLog } from '#client/audit/audit-log.js';
import { FolderLog } from '#client/audit/folder-log.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { aFolder, aShard, expectPublished, open, publishAll, sequencer } from '../a-log.js';
import { candidates } from '../entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';

const all = candidates(600);
let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  const writer = await sequencer(ledger);
  const opened = await start();
  for (const from of [0, 200, 400]) {
    await writer.append(all.slice(from, from + 200));
    await publishAll(opened);
  }
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const start = async () => open(ledger, await FileTileStore.open(folder.path));

async function audit() {
  const { key } = aShard().signer;
  const trustIn = (origin: string) => (origin === key.name ? { log: key } : undefined);
  return (await auditLog(new FolderLog(folder.path), { trustIn, remembered: 10_000, seed: 1 })).findings;
}

async function flipBit(path: string): Promise<void> {
  const file = join(folder.path, path);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 4;
  await writeFile(file, bytes);
}

it.each(['tile/entries/000', 'tile/entries/002.p/88', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2'])(
  'is found by an audit, which names the file, and is mended by removing that file and starting again: %s',
  async (path) => {
    expect(await audit()).toEqual([]);
    await flipBit(path);
    expect(new Set((await audit()).map((finding) => finding.path))).toEqual(new Set([path]));
    await rm(join(folder.path, path));
    expect((await start()).restored).toBe(1);
    expect(await audit()).toEqual([]);
    await expectPublished(folder.path, all);
  },
);

it('is noticed at the start in the checkpoint, which is shown again from what was signed', async () => {
  await flipBit('checkpoint');
  expect(await audit()).toMatchObject([{ code: 'CHECKPOINT_REFUTED' }]);
  await expect(start()).rejects.toMatchObject({ code: 'CHECKPOINT_FOREIGN' });
  await rm(join(folder.path, 'checkpoint'));
  await start();
  expect(await audit()).toEqual([]);
  await expectPublished(folder.path, all);
});
