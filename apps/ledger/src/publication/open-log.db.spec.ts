import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aFolder, aShard, expectPublished, open, publishAll, sequencer } from '../../test/a-log.js';
import { bareCandidates, candidates } from '../../test/entries.js';
import { FailingStore, StoreFailure } from '../../test/failing-store.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import type { Candidate } from '../sequencing/candidate.js';
import { FileTileStore } from './file-tile-store.js';

let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A process that starts knows nothing but the folder and the database. */
const start = async () => open(ledger, await FileTileStore.open(folder.path));

async function sequenced(...sizes: readonly number[]): Promise<Candidate[]> {
  const writer = await sequencer(ledger);
  const batches = sizes.map((size) => candidates(size));
  for (const batch of batches) await writer.append(batch);
  return batches.flat();
}

/** 600 entries, published in steps that leave partial and full tiles. */
async function publishedLog(): Promise<Candidate[]> {
  const writer = await sequencer(ledger);
  const opened = await start();
  const all: Candidate[] = [];
  for (const size of [3, 200, 53, 300, 44]) {
    const batch = candidates(size);
    await writer.append(batch);
    await publishAll(opened);
    all.push(...batch);
  }
  return all;
}

it('publishes a new log as empty', async () => {
  await sequencer(ledger);
  await start();
  await expectPublished(folder.path, []);
});

it('publishes each batch so that a stranger can verify every entry, at every size on the way', async () => {
  const writer = await sequencer(ledger);
  const opened = await start();
  const all: Candidate[] = [];
  for (const size of [1, 1, 2, 251, 1, 1, 255, 300, 700]) {
    const batch = candidates(size);
    await writer.append(batch);
    await publishAll(opened);
    all.push(...batch);
    await expectPublished(folder.path, all);
  }
  await expectPublished(folder.path, all, { everyProof: true });
}, 30_000);

it('publishes what was sequenced before it started', async () => {
  const all = await sequenced(1000, 1, 30, 700);
  await publishAll(await start());
  await expectPublished(folder.path, all);
});

it('goes on after a restart as if there had been none', async () => {
  const all = await publishedLog();
  const more = await sequenced(500);
  const reopened = await start();
  expect(reopened.restored).toBe(0);
  expect(reopened.log.head.size).toBe(600);
  await publishAll(reopened);
  await expectPublished(folder.path, [...all, ...more]);
});

describe('whatever write fails, with the write done or not', () => {
  it.each([true, false])(
    'recovers by a restart and publishes the same log (done: %s)',
    async (persists) => {
      const all = await sequenced(250, 10, 300);
      for (let at = 0; ; at += 1) {
        await using place = await aFolder();
        const real = await FileTileStore.open(place.path);
        const failing = new FailingStore(real, at, persists);
        const failed = await open(ledger, failing)
          .then((opened) => publishAll(opened))
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        if (failed !== undefined) expect(failed).toBeInstanceOf(StoreFailure);
        await publishAll(await open(ledger, real));
        await expectPublished(place.path, all);
        if (failing.writes <= at) {
          // Every write was failed once: two bundles' worth of tiles, two heads and two checkpoints at the least.
          expect(at).toBeGreaterThan(8);
          return;
        }
      }
    },
    30_000,
  );
});

it('publishes at the next start a head that was signed and not shown', async () => {
  const all = await publishedLog();
  const path = join(folder.path, 'checkpoint');
  const before = await readFile(path);
  const more = await sequenced(9);
  await publishAll(await start());
  await writeFile(path, before);
  await start();
  await expectPublished(folder.path, [...all, ...more]);
});

it('makes missing tiles again', async () => {
  const all = await publishedLog();
  const tiles = ['entries/000', 'entries/002.p/88', '0/001', '0/002.p/88', '1/000.p/2'];
  await Promise.all(tiles.map((tile) => rm(join(folder.path, 'tile', tile))));
  expect((await start()).restored).toBe(5);
  await expectPublished(folder.path, all);
});

it('makes all tiles again, also above level 1, when the folder lost them', async () => {
  const all = bareCandidates(66_000);
  const writer = await sequencer(ledger);
  for (let from = 0; from < all.length; from += 3000) await writer.append(all.slice(from, from + 3000));
  await publishAll(await start());
  await rm(join(folder.path, 'tile'), { recursive: true });
  const { restored } = await start();
  expect(restored).toBe(258 + 258 + 2 + 1);
  expect(await readdir(join(folder.path, 'tile'))).toEqual(['0', '1', '2', 'entries']);
  await expectPublished(folder.path, all);
}, 60_000);

it('clears away partial tiles that a crash left beside their full one', async () => {
  await publishedLog();
  expect(await readdir(join(folder.path, 'tile/0'))).toContain('000.p');
  await start();
  expect((await readdir(join(folder.path, 'tile/0'))).sort()).toEqual(['000', '001', '002.p']);
});

describe('refuses to run', () => {
  it('where the published checkpoint is ahead of the database: an old backup', async () => {
    await publishedLog();
    const older = await ledgerDatabase();
    try {
      const writer = await sequencer(older);
      await writer.append(candidates(300));
      await expect(open(older, await FileTileStore.open(folder.path))).rejects.toMatchObject({
        code: 'PUBLISHED_AHEAD',
        message: expect.stringContaining('published with 600 entries and the database has 300') as string,
      });
    } finally {
      await older[Symbol.asyncDispose]();
    }
  });

  it('where the database has another history of the same size', async () => {
    await publishedLog();
    const other = await ledgerDatabase();
    try {
      const writer = await sequencer(other);
      for (const size of [3, 200, 53, 300, 44, 5]) await writer.append(candidates(size));
      await expect(open(other, await FileTileStore.open(folder.path))).rejects.toMatchObject({
        code: 'PUBLISHED_DIFFERS',
      });
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it('where the tiles are not those of the published root', async () => {
    await publishedLog();
    const path = join(folder.path, 'tile/0/002.p/88');
    const bytes = await readFile(path);
    bytes[7]! ^= 1;
    await writeFile(path, bytes);
    await expect(start()).rejects.toMatchObject({ code: 'TILE_DIFFERS' });
    await rm(path);
    expect((await start()).restored).toBe(1);
  });

  it('where a tile made again from the database is not the published one: a superuser changed an entry', async () => {
    await publishedLog();
    const forged = candidates(3);
    await using other = await aFolder();
    const elsewhere = await ledgerDatabase();
    try {
      await (await sequencer(elsewhere)).append(forged);
      const [row] = await elsewhere.database.query<{ entries: Buffer }[]>('SELECT entries FROM batch');
      await ledger.database.query('UPDATE batch SET entries = $1 WHERE first = 0', [row!.entries]);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
    }
    await cp(folder.path, other.path, { recursive: true });
    await rm(join(folder.path, 'tile/entries/000'));
    await expect(start()).rejects.toMatchObject({ code: 'TILE_DIFFERS' });
    await Promise.all(['entries/000', '0/000'].map((tile) => rm(join(other.path, 'tile', tile))));
    await expect(open(ledger, await FileTileStore.open(other.path))).rejects.toMatchObject({ code: 'TILE_DIFFERS' });
  });

  it('where the checkpoint is another log’s', async () => {
    await publishedLog();
    const shard = { ...aShard(), signer: { ...aShard().signer, key: { ...aShard().signer.key, keyId: '00000000' } } };
    await expect(open(ledger, await FileTileStore.open(folder.path), shard)).rejects.toMatchObject({
      code: 'CHECKPOINT_FOREIGN',
    });
  });
});

it('does not publish entries that do not lead to the root that was sequenced', async () => {
  const all = await publishedLog();
  await sequenced(4);
  await ledger.database.query("UPDATE batch SET root = decode(repeat('00', 32), 'hex') WHERE first = 600");
  await expect(publishAll(await start())).rejects.toMatchObject({ code: 'TILE_DIFFERS' });
  await expectPublished(folder.path, all);
});
