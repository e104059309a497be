import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listDigest, readRootEntry } from '#merkle/root-entry.js';
import { aFamily, publishShards } from '../../test/a-family.js';
import { aFolder } from '../../test/a-log.js';
import { aBatch } from '../../test/entries.js';
import { ledgerDatabase } from '../../test/ledger-database.js';
import { close, events, folder, ledger, publish, shownList, shownRoot, start } from '../../test/started-families.js';

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
