import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aFolder, aShard, expectPublished, open, sequencer } from '../../test/a-log.js';
import { candidates } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { FailingStore, StoreFailure } from '../../test/failing-store.js';
import type { Candidate } from '../sequencing/candidate.js';
import type { ShardSequencer } from '../sequencing/shard-sequencer.js';
import { FileTileStore } from './file-tile-store.js';
import { Publisher, type PublisherOptions } from './publisher.js';
import type { TileStore } from './tile-store.js';

let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
let writer: ShardSequencer;
const all: Candidate[] = [];

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  writer = await sequencer(ledger);
  all.length = 0;
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function append(count: number): Promise<number> {
  const batch = candidates(count);
  const { first, fresh } = await writer.append(batch);
  all.push(...batch);
  return first + fresh.length;
}

/** A publisher over the folder, and what it told. */
async function publisher(options: Partial<PublisherOptions> & { store?: TileStore } = {}) {
  const store = options.store ?? (await FileTileStore.open(folder.path));
  const { log, sequenced } = await open(ledger, store);
  const finals: unknown[] = [];
  const errors: unknown[] = [];
  const told = Promise.withResolvers<undefined>();
  const note = (list: unknown[]) => (error: unknown) => {
    list.push(error);
    told.resolve(undefined);
  };
  const made = new Publisher({
    shard: aShard().number,
    epoch: writer.epoch,
    log,
    sequenced,
    onError: note(errors),
    onFinal: note(finals),
    pauseMs: 1,
    ...options,
  });
  return { publisher: made, log, finals, errors, told: told.promise };
}

/** Polls: what is waited for happens in another task of this process. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

it('publishes what it is woken for, without waiting for its idle look', async () => {
  const { publisher: one, log } = await publisher({ idleMs: 3_600_000 });
  one.start();
  one.wake(await append(3));
  await until(() => log.head.size === 3);
  expect(one.lag()).toEqual({ entries: 0, seconds: 0 });
  await one.stop();
  await expectPublished(folder.path, all);
});

it('counts from the moment at which it was woken how long entries waited', async () => {
  const waits: number[] = [];
  const { publisher: one, log } = await publisher({ onPublished: (seconds) => waits.push(seconds) });
  one.wake(await append(3));
  expect(one.lag().entries).toBe(3);
  const [before, waited] = [one.lag().seconds, performance.now()];
  await until(() => performance.now() - waited > 20);
  expect(one.lag().seconds - before).toBeGreaterThanOrEqual(0.02);
  one.start();
  await until(() => log.head.size === 3);
  await one.stop();
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(0.02);
});

it('finds by itself what nobody woke it for, and what comes while it publishes', async () => {
  await append(5);
  const { publisher: one, log } = await publisher({ idleMs: 1 });
  one.start();
  await until(() => log.head.size === 5);
  for (let round = 0; round < 5; round += 1) one.wake(await append(100));
  await one.stop();
  expect(log.head.size).toBe(505);
  await expectPublished(folder.path, all);
});

it('publishes a backlog piece by piece', async () => {
  for (let round = 0; round < 20; round += 1) await append(1000);
  const sizes: number[] = [];
  const { publisher: one, log } = await publisher({ onPublished: () => sizes.push(log.head.size) });
  one.wake(20_000);
  one.start();
  await one.stop();
  expect(sizes).toEqual([9000, 18_000, 20_000]);
  await expectPublished(folder.path, all);
});

it('tries again after a failure, and says so', async () => {
  const real = await FileTileStore.open(folder.path);
  const failing = new FailingStore(real, 4, false);
  const { publisher: one, log, errors, told } = await publisher({ store: failing });
  one.start();
  one.wake(await append(3));
  await told;
  expect(errors[0]).toBeInstanceOf(StoreFailure);
  failing.mend();
  one.wake(await append(1));
  await until(() => log.head.size === 4);
  await one.stop();
  await expectPublished(folder.path, all);
});

it('removes partial tiles once their full one has stood for the grace', async () => {
  const { publisher: one, log } = await publisher({ graceMs: 0 });
  one.start();
  for (const count of [100, 100, 100]) {
    one.wake(await append(count));
    await until(() => log.head.size === all.length);
  }
  one.wake(await append(1));
  await until(async () => !(await readdir(join(folder.path, 'tile/0'))).includes('000.p'));
  await until(async () => !(await readdir(join(folder.path, 'tile/entries'))).includes('000.p'));
  await one.stop();
  await expectPublished(folder.path, all);
});

it('keeps partial tiles for readers of the checkpoint before', async () => {
  const { publisher: one, log } = await publisher();
  one.start();
  for (const count of [200, 100]) {
    one.wake(await append(count));
    await until(() => log.head.size === all.length);
  }
  await one.stop();
  expect(await readdir(join(folder.path, 'tile/0/000.p'))).toEqual(['200']);
});

describe('stops for good', () => {
  it('when another ledger has taken the shard over', async () => {
    const { publisher: one, finals, told } = await publisher();
    await sequencer(ledger);
    one.start();
    await told;
    expect(finals).toMatchObject([{ code: 'FENCED' }]);
    await one.stop();
  });

  it('when the database loses what was published', async () => {
    const { publisher: one, log, finals, told } = await publisher();
    one.start();
    one.wake(await append(10));
    await until(() => log.head.size === 10);
    await ledger.database.query('UPDATE shard SET size = 9');
    one.wake(10);
    await told;
    expect(finals).toMatchObject([{ code: 'PUBLISHED_AHEAD' }]);
  });

  it('when the database lacks a batch', async () => {
    const { publisher: one, finals, told } = await publisher();
    await append(10);
    await ledger.database.query('DELETE FROM batch');
    one.start();
    await told;
    expect(finals).toMatchObject([{ code: 'BATCH_DAMAGED' }]);
  });

  it('when another head of the size was signed: nothing is published', async () => {
    const { publisher: one, finals, told } = await publisher();
    await using twin = await aFolder();
    const other = await ledgerDatabase();
    try {
      await (await sequencer(other)).append(candidates(10));
      const opened = await open(other, await FileTileStore.open(twin.path));
      await opened.log.extend((await opened.sequenced.after(0, 0, 100))!);
      const head = await (await FileTileStore.open(twin.path)).read('.heads/10');
      await (await FileTileStore.open(folder.path)).create('.heads/10', head!);
    } finally {
      await other[Symbol.asyncDispose]();
    }
    await append(10);
    one.start();
    await told;
    expect(finals).toMatchObject([{ code: 'CHECKPOINT_TAKEN' }]);
    await expectPublished(folder.path, []);
  });
});
