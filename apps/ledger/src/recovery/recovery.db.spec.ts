import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aFamily, keep, publishShards, type AFamily } from '../../test/a-family.js';
import { aFolder, expectPublished } from '../../test/a-log.js';
import { aBatch, anEvent, candidateOf } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';

const LOG = join('log', '0');
const events = Array.from({ length: 2000 }, () => anEvent());
/** A database as it was after so many events, and one that is empty. */
const BACKUP = 700;
const PUBLISHED = 1500;
let ledger: LedgerDatabase;
let backup: LedgerDatabase;
let empty: LedgerDatabase;
let folder: Awaited<ReturnType<typeof aFolder>>;
/** What each test is given a copy of. */
const kept = new AsyncDisposableStack();
let newest: LedgerDatabase;
let older: LedgerDatabase;
let published: string;

beforeAll(async () => {
  newest = kept.use(await ledgerDatabase());
  older = kept.use(await ledgerDatabase());
  published = kept.use(await aFolder()).path;
  await using aside = await aFolder();
  await take(await start(older, { at: aside.path }), 0, BACKUP);
  const running = await start(newest, { at: published });
  // Batches of other sizes than the backup's: what was sequenced together is nothing that was promised.
  for (let from = 0; from < PUBLISHED; from += 150) await take(running, from, from + 150);
  await keep(running);
  await Promise.all([newest.close(), older.close()]);
});
afterAll(() => kept.disposeAsync());
beforeEach(async () => {
  folder = await aFolder();
  await cp(published, folder.path, { recursive: true });
  const databases = [ledgerDatabase({ like: newest }), ledgerDatabase({ like: older }), ledgerDatabase()] as const;
  [ledger, backup, empty] = await Promise.all(databases);
});
afterEach(async () => {
  await Promise.all([ledger, backup, empty].map((one) => one[Symbol.asyncDispose]()));
  await folder[Symbol.asyncDispose]();
});

/** As a process does that starts. */
async function start({ database }: LedgerDatabase, { catchesUp = false, at = folder.path } = {}) {
  return aFamily({ database, folder: at }, { catchesUp });
}

/** Takes events and publishes them. */
async function take(family: AFamily, from: number, to: number): Promise<void> {
  await family.evidence.take(aBatch(events.slice(from, to)));
  await publishShards(family);
}

const expected = (count: number) => events.slice(0, count).map(candidateOf);

it('refuses an older backup unless it is told to catch up', async () => {
  await expect(start(backup)).rejects.toMatchObject({
    code: 'PUBLISHED_AHEAD',
    message: expect.stringContaining('LEDGER_CATCH_UP') as string,
  });
});

it.each([
  ['an older backup', () => backup],
  ['an empty database', () => empty],
])('gives %s what it lacks of what was published, and goes on with the same history', async (_, database) => {
  const caughtUp = await start(database(), { catchesUp: true });
  await expectPublished(join(folder.path, LOG), expected(PUBLISHED));
  // What the services publish again after their own restart, and what is new.
  await take(caughtUp, 0, events.length);
  await expectPublished(join(folder.path, LOG), expected(events.length));
  expect(caughtUp.finals).toEqual([]);
  await start(database());
});

/** Such as a ledger leaves whose bucket is cut off before it has signed a head of them, and whose database is lost then. */
async function storeUnsigned(...paths: readonly string[]): Promise<void> {
  for (const path of paths.map((one) => join(folder.path, LOG, 'tile', one))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'of a history that nobody was shown');
  }
}

it('puts its own tiles in the place of those that were stored and of which no head was signed', async () => {
  const partial = ['entries/005.p/221', '0/005.p/221', '1/000.p/6'];
  await storeUnsigned(...partial, 'entries/005', '0/005', 'entries/006.p/9', '0/006.p/9', '2/000.p/1');
  const caughtUp = await start(backup, { catchesUp: true });
  await expectPublished(join(folder.path, LOG), expected(PUBLISHED));
  await take(caughtUp, 0, PUBLISHED + 1);
  await take(caughtUp, 0, events.length);
  expect(caughtUp.finals).toEqual([]);
  await expectPublished(join(folder.path, LOG), expected(events.length));
});

it('does nothing where the database has all', async () => {
  await take(await start(ledger, { catchesUp: true }), 0, events.length);
  await expectPublished(join(folder.path, LOG), expected(events.length));
});

it('fences whoever wrote to the database before', async () => {
  await using aside = await aFolder();
  const zombie = await start(backup, { at: aside.path });
  await start(backup, { catchesUp: true });
  await expect(take(zombie, 0, events.length)).rejects.toMatchObject({ code: 'FENCED' });
});

it('writes nothing into a database of another history', async () => {
  await using aside = await aFolder();
  const other = await start(empty, { at: aside.path });
  await other.evidence.take(aBatch([anEvent(), ...events.slice(0, 300)]));
  await expect(start(empty, { catchesUp: true })).rejects.toMatchObject({ code: 'PUBLISHED_DIFFERS' });
  expect(await empty.database.query('SELECT size FROM shard WHERE number = 0')).toEqual([{ size: '301' }]);
});

it('writes nothing where a published bundle is missing', async () => {
  await rm(join(folder.path, LOG, 'tile', 'entries', '004'));
  await expect(start(backup, { catchesUp: true })).rejects.toMatchObject({ code: 'TILE_MISSING' });
  expect(await backup.database.query('SELECT size FROM shard WHERE number = 0')).toEqual([{ size: String(BACKUP) }]);
});

describe('a table that somebody emptied or changed', () => {
  it.each([
    ['sequenced_event emptied', 'TRUNCATE sequenced_event', 'INDEX_DAMAGED'],
    ['a row of sequenced_event removed', 'DELETE FROM sequenced_event WHERE index = 1400', 'INDEX_DAMAGED'],
    [
      'a row of sequenced_event changed',
      "UPDATE sequenced_event SET leaf = decode(repeat('00', 32), 'hex') WHERE index = 1400",
      'INDEX_DAMAGED',
    ],
    ['batch emptied', 'TRUNCATE batch', 'PUBLISHED_DIFFERS'],
    ['shard emptied', 'TRUNCATE shard CASCADE', 'PUBLISHED_AHEAD'],
    ['a newest root changed', "UPDATE batch SET root = decode(repeat('00', 32), 'hex')", 'PUBLISHED_DIFFERS'],
    ['newest entries changed', 'UPDATE batch SET entries = substr(entries, 2)', 'BATCH_DAMAGED'],
  ])('is noticed at the start: %s', async (_, damage, code) => {
    await ledger.database.query(damage);
    await expect(start(ledger)).rejects.toMatchObject({ code });
  });

  it('is made again from what was published', async () => {
    await ledger.database.query('TRUNCATE sequenced_event');
    await ledger.database.query('TRUNCATE shard, batch, sequenced_event');
    await take(await start(ledger, { catchesUp: true }), 0, events.length);
    await expectPublished(join(folder.path, LOG), expected(events.length));
  });
});
