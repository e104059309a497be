import { CompactRange } from '#merkle/compact-range.js';
import { portableTreeHash } from '#merkle/tree-hash.js';
import { aCandidate, candidates } from '../../test/entries.js';
import { ledgerDatabase, type LedgerDatabase } from '../../test/ledger-database.js';
import type { Candidate } from './candidate.js';
import { unpackEntries } from './packed-entries.js';
import { SequencingRepository } from './sequencing.repository.js';
import { ShardSequencer } from './shard-sequencer.js';

const ORIGIN = 'ledger.test/log/0';
let ledger: LedgerDatabase;
let repository: SequencingRepository;

beforeEach(async () => {
  ledger = await ledgerDatabase();
  repository = new SequencingRepository(ledger.database);
});
afterEach(() => ledger[Symbol.asyncDispose]());

const start = (over = repository) => ShardSequencer.start(0, ORIGIN, over, portableTreeHash);

/** The log as a reader of the tables finds it; fails on a hole or an overlap. */
async function storedEntries(): Promise<Buffer[]> {
  const rows = await ledger.database.query<{ first: string; count: number; entries: Buffer }[]>(
    'SELECT first, count, entries FROM batch WHERE shard = 0 ORDER BY first',
  );
  const entries: Buffer[] = [];
  for (const row of rows) {
    expect(Number(row.first)).toBe(entries.length);
    entries.push(...(await unpackEntries(row.entries, row.count)).map((entry) => Buffer.from(entry)));
  }
  return entries;
}

async function expectLog(expected: readonly Candidate[]): Promise<void> {
  const entries = await storedEntries();
  expect(entries).toEqual(expected.map((one) => Buffer.from(one.entry)));
  const range = CompactRange.empty();
  range.appendAll(entries.map((entry) => portableTreeHash.leaf(entry)));
  const head = await repository.head(0);
  expect(head?.size).toBe(expected.length);
  expect(head?.root).toEqual(Buffer.from(range.root()));
  expect(head?.frontier).toEqual(Buffer.from(range.toBytes()));
}

/** Resolves when a connection of this database waits for a lock. */
async function untilSomeoneWaits(): Promise<void> {
  for (;;) {
    const [row] = await ledger.database.query<{ waits: boolean }[]>(
      `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waits`,
    );
    if (row?.waits === true) return;
  }
}

it('gives entries consecutive indices in the order in which they came, batch after batch', async () => {
  const sequencer = await start();
  const [first, second] = [candidates(300), candidates(7)];
  expect(await sequencer.append(first)).toMatchObject({ first: 0, duplicates: 0 });
  expect(await sequencer.append(second)).toMatchObject({ first: 300, duplicates: 0 });
  await expectLog([...first, ...second]);
});

it('keeps the order of calls that do not wait for each other', async () => {
  const sequencer = await start();
  const batches = Array.from({ length: 20 }, () => candidates(3));
  await Promise.all(batches.map((batch) => sequencer.append(batch)));
  await expectLog(batches.flat());
});

it('drops what repeats within a batch', async () => {
  const [a, b] = [aCandidate(), aCandidate()];
  const sequencer = await start();
  expect(await sequencer.append([a, b, a, b, a])).toMatchObject({ duplicates: 3 });
  await expectLog([a, b]);
});

it('drops what repeats across batches, also when half of a batch is new', async () => {
  const sequencer = await start();
  const [old, fresh] = [candidates(10), candidates(10)];
  await sequencer.append(old);
  await sequencer.append(candidates(0));
  const mixed = old.flatMap((one, index) => [one, fresh[index]!]);
  expect(await sequencer.append(mixed)).toMatchObject({ first: 10, duplicates: 10 });
  expect(await sequencer.append(mixed)).toMatchObject({ fresh: [], duplicates: 20 });
  await expectLog([...old, ...fresh]);
});

it('drops what another process sequenced before a restart', async () => {
  const batch = candidates(5);
  await (await start()).append(batch);
  const restarted = await start(new SequencingRepository(await ledger.connect()));
  expect(await restarted.append(batch)).toMatchObject({ fresh: [], duplicates: 5 });
  await expectLog(batch);
});

it('takes an event in one shard only', async () => {
  const batch = candidates(4);
  await (await start()).append(batch);
  const other = await ShardSequencer.start(1, 'ledger.test/log/1', repository, portableTreeHash);
  const own = candidates(1);
  expect(await other.append([...batch, ...own])).toMatchObject({ first: 0, duplicates: 4 });
  expect((await repository.head(1))?.size).toBe(1);
});

it('keeps both when an identity comes again with other bytes, and each of them once', async () => {
  const original = aCandidate();
  const [forged, again] = [aCandidate({ id: original.event }), aCandidate({ id: original.event })];
  const sequencer = await start();
  await sequencer.append([original, forged]);
  const { fresh } = await sequencer.append([forged, again, original]);
  expect(fresh).toMatchObject([{ leaf: again.leaf, variant: 2 }]);
  await expectLog([original, forged, again]);
});

it('refuses a writer after another has taken over, for ever', async () => {
  const zombie = await start();
  await zombie.append(candidates(2));
  const successor = await start(new SequencingRepository(await ledger.connect()));
  await expect(zombie.append(candidates(2))).rejects.toMatchObject({ code: 'FENCED' });
  await successor.append(candidates(3));
  await expect(zombie.append(candidates(2))).rejects.toMatchObject({ code: 'FENCED' });
  expect((await repository.head(0))?.size).toBe(5);
});

it('refuses a writer whose statement was under way when another took over', async () => {
  const zombie = await start();
  const kept = candidates(2);
  await zombie.append(kept);
  await using takeover = (await ledger.connect()).createQueryRunner();
  await takeover.startTransaction();
  await takeover.query('UPDATE shard SET epoch = epoch + 1 WHERE number = 0');
  const late = expect(zombie.append(candidates(2))).rejects.toMatchObject({ code: 'FENCED' });
  await untilSomeoneWaits();
  await takeover.commitTransaction();
  await late;
  await expectLog(kept);
});

it('sequences once what a broken connection left in doubt', async () => {
  const flaky = await ledger.connect();
  const sequencer = await start(new SequencingRepository(flaky));
  const batch = candidates(6);
  const grow = repository.grow.bind(repository);
  // The statement is committed, and its answer is lost.
  const losing = new SequencingRepository(flaky);
  losing.grow = async (growth) => {
    await grow(growth);
    throw new Error('Connection terminated unexpectedly');
  };
  const inDoubt = await start(losing);
  await expect(inDoubt.append(batch)).rejects.toThrow('Connection terminated');
  losing.grow = grow;
  const more = candidates(1);
  expect(await inDoubt.append([...batch, ...more])).toMatchObject({ first: 6, duplicates: 6 });
  await expectLog([...batch, ...more]);
  await expect(sequencer.append(more)).rejects.toMatchObject({ code: 'FENCED' });
});

it('stores nothing of a batch whose statement fails', async () => {
  const sequencer = await start();
  const kept = candidates(2);
  await sequencer.append(kept);
  const broken = { ...aCandidate(), event: 'not a uuid' };
  await expect(sequencer.append([aCandidate(), broken])).rejects.toThrow();
  const next = candidates(1);
  await sequencer.append(next);
  await expectLog([...kept, ...next]);
});

it('refuses a shard that has another name in the database', async () => {
  await start();
  await expect(ShardSequencer.start(0, 'other.test/log/0', repository, portableTreeHash)).rejects.toMatchObject({
    code: 'ORIGIN_CHANGED',
  });
});

it('commits durably even where the server would not', async () => {
  const [row] = await ledger.database.query<{ name: string }[]>('SELECT current_database() AS name');
  await ledger.database.query(`ALTER DATABASE ${row!.name} SET synchronous_commit = off`);
  const pool = await ledger.connect();
  await pool.query(`CREATE TABLE seen (setting text)`);
  await pool.query(`
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`);
  await pool.query(
    'CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON batch INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()',
  );
  await (await start(new SequencingRepository(pool))).append(candidates(1));
  expect(await pool.query('SELECT setting FROM seen')).toEqual([{ setting: 'on' }]);
});
