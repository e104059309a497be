import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { EventEntry, SluiceEvent } from '#events/contract.js';
import { NOTHING_BEFORE, leafHash } from '#events/link.js';
import { createTestDatabase, templateDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { openDatabase } from '../database/open-database.js';
import { WriterChainRepository, linkInTransaction, stepChain } from './writer-chain.repository.js';
import { WriterChainTable1700000000200 } from './writer-chain.migration.js';
import { NAME_EVERY, WriterChains, storeDistinct, type ChainStep } from './writer-chains.js';

const migrations = [WriterChainTable1700000000200];
let place: TestDatabase;
let database: DataSource;

beforeAll(async () => {
  const template = await templateDatabase('writer chains', async (url) => {
    await (await openDatabase({ url, name: 'template', migrations })).destroy();
  });
  place = await createTestDatabase({ template });
  database = await openDatabase({ url: place.url, name: 'chains', migrations });
  await database.query('CREATE TABLE record (id uuid PRIMARY KEY, data bytea NOT NULL)');
});
afterAll(async () => {
  await database.destroy();
  await place.drop();
});
beforeEach(() => database.query("TRUNCATE record; DELETE FROM writer_chain WHERE kind = 'held'"));

const anEvent = (id: string = randomUUID()): SluiceEvent => ({
  ...{ id, type: 'access.decided.v1', source: 'gateway', time: '2026-01-01T00:00:00.000Z', key: id },
  data: Buffer.from(`{"id":"${id}"}`),
});
const events = (count: number) => Array.from({ length: count }, () => anEvent());

async function store(linked: readonly SluiceEvent[], { from, to }: ChainStep): Promise<boolean> {
  const step = stepChain(from, to, 3);
  const rows = await database.query<unknown[]>(
    `WITH ${step.sql}, records AS (
       INSERT INTO record SELECT one.* FROM step, unnest($1::uuid[], $2::bytea[]) AS one (id, data))
     SELECT FROM step`,
    [linked.map(({ id }) => id), linked.map(({ data }) => data), ...step.parameters],
  );
  return rows.length === 1;
}

type Stored = NonNullable<EventEntry['writer']>;

/** The stored records by chain, each chain in the order of its numbers. Fails where one is broken. */
async function unbroken(): Promise<number[]> {
  const rows = await database.query<{ data: Buffer }[]>('SELECT data FROM record');
  const placed = rows.map(({ data }) => ({
    ...(JSON.parse(data.toString()) as { writer: Stored }).writer,
    leaf: leafHash(data),
  }));
  return [...Map.groupBy(placed, ({ chain }) => chain).values()].map((chain) => {
    const inOrder = chain.toSorted((one, another) => one.number - another.number);
    expect(inOrder.map(({ number }) => number)).toEqual(inOrder.map((_, at) => at + 1));
    expect(inOrder.map(({ previous }) => previous)).toEqual(
      [NOTHING_BEFORE, ...inOrder.map(({ leaf }) => leaf)].slice(0, -1),
    );
    return inOrder.length;
  });
}

const aProcess = () => new WriterChains(new WriterChainRepository(database));
const chainCount = async () =>
  Number(
    (await database.query<{ count: string }[]>("SELECT count(*) FROM writer_chain WHERE kind = 'held'"))[0]?.count,
  );

it('gives what is stored its places, and the same as was stored', async () => {
  const chains = aProcess();
  const linked = await chains.append(events(3), store);
  await chains.append(events(2), store);
  expect(await unbroken()).toEqual([5]);
  const rows = await database.query<{ data: Buffer }[]>('SELECT data FROM record');
  for (const { data } of linked) expect(rows.map((row) => row.data)).toContainEqual(data);
});

it('has a sequence for each of the commits that run at once', async () => {
  const chains = aProcess();
  await Promise.all([chains.append(events(2), store), chains.append(events(2), store)]);
  await Promise.all([chains.append(events(2), store), chains.append(events(2), store)]);
  expect(await unbroken()).toEqual([4, 4]);
});

it('goes on with the sequence of a process that stopped, and begins one where another may still be at it', async () => {
  const first = aProcess();
  await first.append(events(2), store);
  await aProcess().append(events(1), store);
  expect((await unbroken()).toSorted()).toEqual([1, 2]);
  await first.release();
  await aProcess().append(events(3), store);
  expect((await unbroken()).toSorted()).toEqual([1, 5]);
  expect(await chainCount()).toBe(2);
});

it('leaves a sequence to who took it over, and goes on with another: nothing is stored in a place that is taken', async () => {
  const idle = aProcess();
  await idle.append(events(1), store);
  await database.query("UPDATE writer_chain SET used_at = '-infinity'");
  await aProcess().append(events(1), store);
  await idle.append(events(1), store);
  expect((await unbroken()).toSorted()).toEqual([1, 2]);
});

it('uses no place for what was not stored', async () => {
  const chains = aProcess();
  const failing = chains.append(events(1), () => Promise.reject(new Error('the connection broke')));
  await expect(failing).rejects.toThrow('the connection broke');
  await chains.append(events(1), store);
  expect(await unbroken()).toEqual([1]);
});

it('goes on behind what was stored although its confirmation was lost', async () => {
  const chains = aProcess();
  const losing = chains.append(events(2), async (linked, step) => {
    await store(linked, step);
    throw new Error('the connection broke');
  });
  await expect(losing).rejects.toThrow('the connection broke');
  await chains.append(events(1), store);
  expect(await unbroken()).toEqual([3]);
});

it('places anew what lost its place to a commit that was in doubt and came through late', async () => {
  const chains = aProcess();
  await chains.append(events(1), store);
  let late: Promise<boolean> = Promise.resolve(false);
  const doubtful = chains.append(events(1), (linked, step) => {
    late = Promise.resolve().then(() => store(linked, step));
    return Promise.reject(new Error('the connection broke'));
  });
  await expect(doubtful).rejects.toThrow();
  await chains.append(events(1), async (linked, step) => {
    await late;
    return store(linked, step);
  });
  expect(await unbroken()).toEqual([3]);
});

it('stores of records that repeat others all the rest, in sequence, and says which', async () => {
  const chains = aProcess();
  const [one, two, three] = [anEvent(), anEvent(), anEvent()];
  const lookups: number[] = [];
  const known = async (ids: readonly string[]) => {
    lookups.push(ids.length);
    const rows = await database.query<{ id: string }[]>('SELECT id FROM record WHERE id = ANY($1::uuid[])', [ids]);
    return new Set(rows.map(({ id }) => id));
  };
  const distinct = {
    known,
    store: (_: readonly unknown[], linked: readonly SluiceEvent[], step: ChainStep) => store(linked, step),
  };
  const save = async (...all: SluiceEvent[]) =>
    (
      await storeDistinct(
        chains,
        all.map((event) => ({ event })),
        distinct,
      )
    ).map((event) => event?.id);
  expect(await save(two)).toEqual([two.id]);
  expect(lookups).toEqual([]);
  expect(await save(one, two, three)).toEqual([one.id, undefined, three.id]);
  expect(await save(one, two)).toEqual([undefined, undefined]);
  expect(lookups).toEqual([3, 2]);
  expect(await unbroken()).toEqual([3]);
});

it('shares one sequence among transactions, which wait for each other', async () => {
  const append = () =>
    database.transaction(async (transaction) => {
      for (const { id, data } of await linkInTransaction(transaction, events(2))) {
        await transaction.query('INSERT INTO record VALUES ($1, $2)', [id, data]);
      }
    });
  await Promise.all(Array.from({ length: 4 }, append));
  expect(await unbroken()).toEqual([8]);
});

it('gives the place of a transaction that is undone to the next', async () => {
  const undone = database.transaction(async (transaction) => {
    await linkInTransaction(transaction, events(1));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await database.transaction(async (transaction) => {
    const [event] = await linkInTransaction(transaction, events(1));
    const { number } = (JSON.parse(Buffer.from(event!.data).toString()) as { writer: Stored }).writer;
    expect(number).toBe(9);
  });
});

describe('what a record names besides its own sequence', () => {
  const writerOf = ({ data }: SluiceEvent) => (JSON.parse(Buffer.from(data).toString()) as { writer: Stored }).writer;
  const besides = (linked: readonly SluiceEvent[]) => linked.map((event) => writerOf(event).beside);
  const headOf = (event: SluiceEvent) => {
    const { chain, number } = writerOf(event);
    return { chain, leaf: leafHash(event.data), number };
  };
  const databaseId = async () =>
    (await database.query<{ id: string }[]>("SELECT id::text AS id FROM writer_chain WHERE kind = 'shared'"))[0]!.id;
  const shared = () => database.transaction((transaction) => linkInTransaction(transaction, events(2)));

  it('is the database and what all others end with, in its first record alone', async () => {
    const [ending] = (await shared()).slice(-1);
    const one = await aProcess().append(events(2), store);
    const another = await aProcess().append(events(2), store);
    const id = await databaseId();
    expect(besides(one)).toEqual([{ database: id, heads: [headOf(ending!)] }, undefined]);
    const [{ database: named, heads }, ...rest] = besides(another) as [NonNullable<Stored['beside']>];
    expect({ named, rest }).toEqual({ named: id, rest: [undefined] });
    expect(heads).toEqual(expect.arrayContaining([headOf(one[1]!), headOf(ending!)]));
    expect(heads).toHaveLength(2);
  });

  it('is no sequence of which nothing is committed', async () => {
    await database.query("INSERT INTO writer_chain (kind) VALUES ('held')");
    const [first] = await aProcess().append(events(1), store);
    expect(writerOf(first!).beside?.heads.map(({ chain }) => chain)).toEqual([await databaseId()]);
  });

  it('is in a sequence that another left as well, and in each group of the shared one', async () => {
    const left = aProcess();
    const last = await left.append(events(3), store);
    await left.release();
    const [next] = await aProcess().append(events(1), store);
    expect(writerOf(next!)).toMatchObject({ chain: writerOf(last[0]!).chain, number: 4 });
    expect(writerOf(next!).beside?.heads).toHaveLength(1);
    expect(besides(await shared())).toEqual([{ database: await databaseId(), heads: [headOf(next!)] }, undefined]);
  });

  it('is named anew by a process that runs on, now and then', async () => {
    let now = 0;
    const chains = new WriterChains(new WriterChainRepository(database), () => now);
    await chains.append(events(1), store);
    const [ending] = (await shared()).slice(-1);
    now = NAME_EVERY - 1;
    expect(besides(await chains.append(events(1), store))).toEqual([undefined]);
    now = NAME_EVERY;
    expect(besides(await chains.append(events(1), store))).toEqual([
      { database: await databaseId(), heads: [headOf(ending!)] },
    ]);
    expect(besides(await chains.append(events(1), store))).toEqual([undefined]);
    expect((await unbroken()).toSorted()).toEqual([4]);
  });

  it('is no more than a few of many, those that were used last', async () => {
    await database.query(
      `INSERT INTO writer_chain (kind, number, previous) SELECT 'held', 2, $1 FROM generate_series(1, 40)`,
      [NOTHING_BEFORE],
    );
    await shared();
    const [first] = await aProcess().append(events(1), store);
    expect(writerOf(first!).beside?.heads).toHaveLength(16);
    expect(writerOf(first!).beside?.heads[0]?.chain).toBe(await databaseId());
  });
});
