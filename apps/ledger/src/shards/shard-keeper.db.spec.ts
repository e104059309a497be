import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { listDigest, readRootEntry } from '#merkle/root-entry.js';
import { openShardList } from '#merkle/shard-list.js';
import { tilePath } from '#merkle/tile.js';
import { FAMILY, aFamily, keep, publishShards, type AFamily } from '../../test/a-family.js';
import { aFolder, expectPublished } from '../../test/a-log.js';
import { aBatch, anEvent, candidateOf } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import { SignedLists } from '../publication/signed-lists.js';
import { FileTileStore } from '../publication/file-tile-store.js';
import { closeShard } from './close-shard.js';
import { listOf } from './list-of.js';

let ledger: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
const families: AFamily[] = [];

beforeEach(async () => {
  [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
});
afterEach(async () => {
  // A successor publishes from the moment on at which it is opened.
  for (const { logs } of families.splice(0)) await Promise.all(logs.all.map(({ publisher }) => publisher.stop()));
  await ledger[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** As a process does that starts. */
async function start(options: { readonly partitions?: number } = {}, { database } = ledger, catchesUp = false) {
  const family = await aFamily({ database, folder: folder.path }, { ...options, catchesUp });
  families.push(family);
  return family;
}
const events = (count: number) => Array.from({ length: count }, () => anEvent());

/** As the command does: in the database alone. */
const close = ({ records }: Pick<AFamily, 'records'>, number: number) => closeShard(number, FAMILY, records);

async function publish(family: AFamily): Promise<void> {
  await publishShards(family);
  await keep(family);
}

/** What a stranger reads who has the family's key alone. */
async function shownList() {
  const note = await readFile(join(folder.path, 'log', 'shards'), 'utf8');
  return { note, ...openShardList(note, FAMILY.signer.key, nodeVerify) };
}

/** Every entry of the root log that is shown, as short text: `list 2`, or `0 at 5`. */
async function shownRoot(): Promise<{ readonly texts: string[]; readonly entries: Uint8Array[] }> {
  const at = join(folder.path, 'log', 'root');
  const { size } = openCheckpoint(await readFile(join(at, 'checkpoint')), { log: FAMILY.root.signer.key }, nodeVerify);
  const bundle = await readFile(join(at, tilePath({ level: 'entries', index: 0, width: size })));
  const entries = [...decodeBundle(bundle)];
  const texts = entries.map((entry) => {
    const read = readRootEntry(entry);
    if (read.kind === 'list') return `list ${read.list.version}`;
    return `${read.checkpoint.origin.slice(FAMILY.origin.length + 1)} at ${read.checkpoint.size}`;
  });
  return { texts, entries };
}

describe('the root log', () => {
  it('begins with the list, and has each checkpoint as its readers saw it', async () => {
    const family = await start({ partitions: 2 });
    await family.evidence.take(aBatch(events(3), 1));
    await publish(family);
    const { texts, entries } = await shownRoot();
    expect(texts).toEqual(['list 2', '0 at 0', '1 at 3']);
    expect(entries[2]).toEqual(await readFile(join(folder.path, 'log/1/checkpoint')));
    const { note, version } = await shownList();
    const first = readRootEntry(entries[0]!);
    expect(first).toMatchObject({ kind: 'list', list: { version, digest: Buffer.from(listDigest(note)) } });
  });

  it('has each head once, whoever enters it and however often', async () => {
    const family = await start();
    for (const count of [2, 2]) {
      await family.evidence.take(aBatch(events(count)));
      await publish(family);
      await publish(family);
    }
    await publish(await start());
    expect((await shownRoot()).texts).toEqual(['list 1', '0 at 2', '0 at 4']);
    expect(family.finals).toEqual([]);
  });

  it('is given after a crash what was published before it', async () => {
    const family = await start();
    await publish(family);
    await family.evidence.take(aBatch(events(5)));
    await publishShards(family);
    // Killed here.
    await publish(await start());
    expect((await shownRoot()).texts).toEqual(['list 1', '0 at 0', '0 at 5']);
  });

  it('does not forget what it has where the notes of it were lost in a crash', async () => {
    const family = await start();
    await family.evidence.take(aBatch(events(5)));
    await publish(family);
    await ledger.database.query('UPDATE shard SET rooted = NULL');
    await publish(await start());
    expect((await shownRoot()).texts).toEqual(['list 1', '0 at 5']);
  });

  it('does not forget a closed shard whose note was lost in a crash, however often it starts after that', async () => {
    const family = await start({ partitions: 2 });
    await family.evidence.take(aBatch(events(5)));
    await close(family, 0);
    for (let turn = 0; turn < 3; turn += 1) await publish(family);
    const { version } = await shownList();
    await ledger.database.query('UPDATE shard SET rooted = NULL');
    // Killed here, between the entry and the note of it; the next one notes what it enters later.
    const next = await start({ partitions: 2 });
    await next.evidence.take(aBatch(events(2), 1));
    await publish(next);
    const last = await start({ partitions: 2 });
    await publish(last);
    expect((await shownList()).version).toBe(version);
    expect(last.finals).toEqual([]);
  });

  it('never has a second head of one size: who would enter one must end', async () => {
    const family = await start();
    await family.evidence.take(aBatch(events(5)));
    await publish(family);
    await using elsewhere = await aFolder();
    await using other = await ledgerDatabase();
    const fork = await aFamily({ database: other.database, folder: elsewhere.path });
    await fork.evidence.take(aBatch(events(5)));
    await publishShards(fork);
    await expect(family.rootLog.enter(fork.logs.all)).rejects.toMatchObject({
      code: 'CHECKPOINT_TAKEN',
      isFinal: true,
    });
  });

  it('takes no head that does not continue the one before', async () => {
    const family = await start();
    await family.evidence.take(aBatch(events(5)));
    await publish(family);
    await using elsewhere = await aFolder();
    await using other = await ledgerDatabase();
    const fork = await aFamily({ database: other.database, folder: elsewhere.path });
    await fork.evidence.take(aBatch(events(9)));
    await publishShards(fork);
    await expect(family.rootLog.enter(fork.logs.all)).rejects.toMatchObject({ code: 'PUBLISHED_DIFFERS' });
    await publish(family);
    expect((await shownRoot()).texts).toEqual(['list 1', '0 at 5']);
  });
});

describe('a shard that is closed', () => {
  it('is followed by another, and ends with the head that the list and the root log say', async () => {
    const family = await start({ partitions: 2 });
    const [before, after] = [events(5), events(4)];
    await family.evidence.take(aBatch(before));
    await publish(family);
    expect((await close(family, 0)).successor.number).toBe(2);
    await expect(family.evidence.take(aBatch(after))).rejects.toMatchObject({ code: 'SHARD_CLOSED', isFinal: false });
    await publish(family);
    await family.evidence.take(aBatch(after));
    await publish(family);
    await expectPublished(join(folder.path, 'log/0'), before.map(candidateOf), { shard: FAMILY.shard(0) });
    await expectPublished(join(folder.path, 'log/2'), after.map(candidateOf), { shard: FAMILY.shard(2) });
    const { shards } = await shownList();
    expect(shards.map(({ number, partition, closed }) => [number, partition, closed?.size])).toEqual([
      [0, 0, 5],
      [1, 1, undefined],
      [2, 0, undefined],
    ]);
    expect((await shownRoot()).texts).toContain('0 at 5');
    expect(family.finals).toEqual([]);
    await expect(close(family, 0)).rejects.toMatchObject({ code: 'SHARD_CLOSED' });
    await expect(close(family, 7)).rejects.toMatchObject({ code: 'SHARD_UNKNOWN' });
  });

  it('shows all that was sequenced in it, however late it is published, and only then counts as closed', async () => {
    const family = await start();
    await family.evidence.take(aBatch(events(5)));
    await close(family, 0);
    await keep(family);
    expect((await shownList()).shards.map(({ closed }) => closed)).toEqual([undefined, undefined]);
    // Killed here.
    const next = await start();
    await publish(next);
    await keep(next);
    const [first] = (await shownList()).shards;
    expect(first?.closed?.size).toBe(5);
    expect((await shownRoot()).texts).toEqual(['list 2', '0 at 0', '1 at 0', '0 at 5', 'list 3']);
  });

  it('is open or closed with its successor, whenever the process is killed: it is one step', async () => {
    const family = await start();
    // The number of the successor is taken: the step fails as a whole.
    await expect(
      family.records.succeed(FAMILY.shard(0), { number: 0, origin: FAMILY.shard(0).origin }),
    ).rejects.toThrow();
    expect((await family.records.all()).map(({ closedAt }) => closedAt)).toEqual([undefined]);
    await family.evidence.take(aBatch(events(1)));
  });

  it('has the batch that was under way, or its successor has: never both', async () => {
    const family = await start();
    const some = events(40);
    const [taken] = await Promise.allSettled([
      family.evidence.take(aBatch(some)),
      close(family, 0),
      family.evidence.take(aBatch(some)),
    ]);
    await publish(family);
    // As the transport does with what was not taken.
    await family.evidence.take(aBatch(some));
    await publish(family);
    const sizes = (await family.records.all()).map(({ size }) => size);
    expect(sizes).toEqual(taken.status === 'fulfilled' ? [40, 0] : [0, 40]);
  });

  it('keeps what it has: an event that is published again is not sequenced in the successor', async () => {
    const family = await start();
    const [old, fresh] = [events(20), events(3)];
    await family.evidence.take(aBatch(old));
    await close(family, 0);
    await publish(family);
    await family.evidence.take(aBatch([...old.slice(10), ...fresh, ...old.slice(0, 10)]));
    // A successor whose process never saw the old events.
    const next = await start();
    await next.evidence.take(aBatch([...old, ...fresh]));
    expect((await next.records.all()).map(({ size }) => size)).toEqual([20, 3]);
  });

  it('is closed with others at the same time: each has a successor of its own', async () => {
    const family = await start({ partitions: 4 });
    await Promise.all([0, 1, 2, 3].map((number) => close(family, number)));
    const successors = (await family.records.all()).slice(4);
    expect(successors.map(({ number }) => number)).toEqual([4, 5, 6, 7]);
    expect(successors.map(({ partition }) => partition).toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('is written to by no zombie', async () => {
    const zombie = await start();
    await zombie.evidence.take(aBatch(events(2)));
    await close(zombie, 0);
    const next = await start();
    await next.evidence.take(aBatch(events(3)));
    await expect(zombie.evidence.take(aBatch(events(4)))).rejects.toMatchObject({ code: 'FENCED' });
    expect((await next.records.all()).map(({ size }) => size)).toEqual([2, 3]);
  });
});

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
