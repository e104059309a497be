import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAMILY, keep, type AFamily } from '../../test/a-family.js';
import { aBatch } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { close, events, folder, ledger, publish, shownList, shownRoot, start } from '../../test/started-families.js';
import { FileTileStore } from '../publication/file-tile-store.js';
import { SignedLists } from '../publication/signed-lists.js';
import { listOf } from './list-of.js';

describe('the versions of the list', () => {
  const history = () => join(folder.path, 'log', 'lists');
  const kept = (version: number | string) => readFile(join(folder.path, 'log', '.lists', String(version)), 'utf8');

  /** What readers see of the versions before, by number. */
  async function shownVersions(): Promise<number[]> {
    const names = await readdir(history()).catch(() => []);
    for (const name of names) expect(await readFile(join(history(), name), 'utf8')).toBe(await kept(name));
    return names.map(Number).toSorted((a, b) => a - b);
  }

  /** Lists of 1, 3 and 5 changes. */
  async function closedTwice(): Promise<AFamily> {
    const family = await start();
    await publish(family);
    for (const number of [0, 1]) {
      await close(family, number);
      await publish(family);
      await publish(family);
    }
    return family;
  }

  it('stay to be read, each as it was signed', async () => {
    const family = await closedTwice();
    expect(await shownVersions()).toEqual((await digests()).toSorted((a, b) => a - b));
    expect((await shownVersions()).length).toBeGreaterThan(2);
    const { note, version } = await shownList();
    expect(await family.keeper.versionShown(version)).toBe(note);
    expect(await family.keeper.versionShown(1)).toBe(await kept(1));
    for (const none of [0, version + 1]) expect(await family.keeper.versionShown(none)).toBeUndefined();
  });

  it('are shown by a ledger of today where one before only kept them', async () => {
    await closedTwice();
    const before = await shownVersions();
    await rm(history(), { recursive: true });
    await keep(await start());
    expect(await shownVersions()).toEqual(before);
  });

  it('are not shown where the root log does not have them', async () => {
    const family = await start();
    await publish(family);
    await close(family, 0);
    const signed = new SignedLists(await FileTileStore.open(join(folder.path, 'log')), FAMILY.signer);
    const { list } = await signed.sign(listOf(FAMILY, await family.records.all(), () => false));
    // Killed here, before the digest was entered. Meanwhile another shard is closed.
    await close(family, 1);
    const next = await start();
    await publish(next);
    expect(await readdir(join(folder.path, 'log', '.lists'))).toContain(String(list.version));
    expect(await shownVersions()).not.toContain(list.version);
    expect(await shownVersions()).toEqual(await digests());
    expect(await next.keeper.versionShown(list.version)).toBeUndefined();
  });

  it('are not shown where somebody changed them meanwhile', async () => {
    const family = await closedTwice();
    const before = await shownVersions();
    await rm(history(), { recursive: true });
    await writeFile(join(folder.path, 'log', '.lists', '1'), 'x');
    await keep(await start());
    expect(await shownVersions()).toEqual(before.slice(1));
    expect(family.finals).toEqual([]);
  });

  it.each(["opened_at = opened_at - interval '1 day'", 'partition = 3'])(
    'say nothing otherwise than those before, whatever the database says: %s',
    async (change) => {
      const family = await start({ partitions: 2 });
      await publish(family);
      await ledger.database.query(`UPDATE shard SET ${change} WHERE number = 1`);
      await close(family, 0);
      await expect(family.keeper.turn()).rejects.toMatchObject({ code: 'PUBLISHED_DIFFERS' });
      expect(family.finals).toMatchObject([{ code: 'PUBLISHED_DIFFERS', isFinal: true }]);
      expect((await shownList()).version).toBe(2);
    },
  );

  /** The versions whose digests the root log that is shown has. */
  async function digests(): Promise<number[]> {
    const { texts } = await shownRoot();
    return texts.filter((text) => text.startsWith('list ')).map((text) => Number(text.slice(5)));
  }
});

describe('a partition that is added', () => {
  it('has a shard after a restart, and the list says so', async () => {
    await publish(await start());
    const family = await start({ partitions: 3 });
    await family.evidence.take(aBatch(events(2), 2));
    await publish(family);
    expect((await shownList()).shards.map(({ number, partition }) => [number, partition])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    await expectSame(family);
  });

  /** A restart with fewer keeps them all. */
  async function expectSame(family: AFamily): Promise<void> {
    const again = await start({ partitions: 1 });
    expect(again.logs.all.map(({ partition }) => partition)).toEqual(family.logs.all.map(({ partition }) => partition));
  }
});

describe('a database that lacks what the list names', () => {
  let old: LedgerDatabase;
  const taken = events(7);

  beforeEach(async () => {
    old = await ledgerDatabase();
    const family = await start();
    await family.evidence.take(aBatch(taken.slice(0, 4)));
    await close(family, 0);
    await publish(family);
    await family.evidence.take(aBatch(taken.slice(4)));
    await publish(family);
  });
  afterEach(() => old[Symbol.asyncDispose]());

  const startOld = (catchesUp: boolean) => start({}, old, catchesUp);

  it('is refused', async () => {
    await expect(startOld(false)).rejects.toMatchObject({ code: 'PUBLISHED_AHEAD' });
  });

  it('is given it, closed shards and root log included, and goes on with the same lists', async () => {
    const { note } = await shownList();
    const family = await startOld(true);
    await family.evidence.take(aBatch(taken));
    await publish(family);
    expect((await family.records.all()).map(({ size, closedAt }) => [size, closedAt !== undefined])).toEqual([
      [4, true],
      [3, false],
    ]);
    expect((await shownList()).note).toBe(note);
    expect(family.finals).toEqual([]);
  });

  it('is refused although somebody removed the list that is shown: what was signed is remembered', async () => {
    await rm(join(folder.path, 'log', 'shards'));
    await expect(startOld(false)).rejects.toMatchObject({ code: 'PUBLISHED_AHEAD' });
  });
});
