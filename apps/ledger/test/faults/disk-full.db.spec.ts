import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '#embedded/wait-until.js';
import { smallDisk } from '../../../../test/support/small-disk.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { Publisher } from '../../src/publication/publisher.js';
import { aFolder, aShard, expectPublished, open, sequencer } from '../a-log.js';
import { candidates } from '../entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';
import { FullStore } from './full-store.js';

let ledger: LedgerDatabase;

beforeEach(async () => {
  ledger = await ledgerDatabase();
});
afterEach(() => ledger[Symbol.asyncDispose]());

/** A real full disk where one may be mounted; else a store that says what a full disk says. */
async function aDisk() {
  const disk = smallDisk();
  const folder = disk === undefined ? await aFolder() : undefined;
  const path = disk?.path ?? folder!.path;
  const store = new FullStore(await FileTileStore.open(path));
  const set = (isFull: boolean) => {
    if (disk === undefined) store.isFull = isFull;
    else if (isFull) disk.fill();
    else disk.free();
  };
  const remove = async () => {
    disk?.[Symbol.dispose]();
    await folder?.[Symbol.asyncDispose]();
  };
  return { path, store, set, [Symbol.asyncDispose]: remove };
}

it('goes on sequencing while the disk of the tiles is full, says so, and publishes all once there is room', async () => {
  await using disk = await aDisk();
  const writer = await sequencer(ledger);
  const { log, sequenced } = await open(ledger, disk.store);
  const [errors, finals]: [unknown[], unknown[]] = [[], []];
  const publisher = new Publisher({
    ...{ shard: aShard().number, epoch: writer.epoch, log, sequenced },
    onError: (error) => errors.push(error),
    onFinal: (error) => finals.push(error),
  });
  const publish = async () => {
    publisher.start();
    await publisher.stop();
  };
  const all = candidates(300);
  await writer.append(all.slice(0, 100));
  await publish();
  disk.set(true);
  for (const from of [100, 200]) {
    await writer.append(all.slice(from, from + 100));
    await publish();
  }
  expect(errors).not.toEqual([]);
  for (const error of errors) expect(error).toMatchObject({ code: 'ENOSPC' });
  // What was begun in vain does not fill the disk further; writes beside the one that was told of may still be at it.
  expect(await waitUntil(async () => (await readdir(join(disk.path, '.incoming'))).length === 0, 10_000)).toBe(true);
  expect(publisher.lag().entries).toBe(200);
  await expectPublished(disk.path, all.slice(0, 100));
  disk.set(false);
  await publish();
  expect(finals).toEqual([]);
  await expectPublished(disk.path, all);
});
