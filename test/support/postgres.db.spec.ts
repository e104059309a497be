import { withClient } from '#embedded/service-database.js';
import { createTestDatabase, templateDatabase } from './postgres.js';

const NUMBERS = 'create table numbers (n int)';

async function rowsOf(url: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query<{ n: number }>('select n from numbers')).rows);
}

async function run(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}

it('clones a template that was migrated once, however many ask at the same time', async () => {
  let migrations = 0;
  const migrate = async (url: string) => {
    migrations += 1;
    await run(url, 'create table numbers as select 7 as n');
  };
  const names = await Promise.all([1, 2, 3].map(() => templateDatabase('numbers', migrate)));
  const databases = await Promise.all(names.map((template) => createTestDatabase({ template })));
  expect(migrations).toBe(1);
  for (const database of databases) expect(await rowsOf(database.url)).toEqual([{ n: 7 }]);
  await Promise.all(databases.map((database) => database.drop()));
});

it('keeps what one file writes out of another file and out of the template', async () => {
  const template = await templateDatabase('numbers-apart', (url) => run(url, NUMBERS));
  await using first = disposable(await createTestDatabase({ template }));
  await using second = disposable(await createTestDatabase({ template }));
  await run(first.url, 'insert into numbers values (1)');
  expect(await rowsOf(second.url)).toEqual([]);
});

it('does not clone what a failed migration left', async () => {
  const failing = () => Promise.reject(new Error('bad migration'));
  await expect(templateDatabase('failing', failing)).rejects.toThrow('bad migration');
  const template = await templateDatabase('failing', (url) => run(url, NUMBERS));
  await using database = disposable(await createTestDatabase({ template }));
  expect(await rowsOf(database.url)).toEqual([]);
});

it('loses no acknowledged commit to a crash: the server syncs as the real one does', async () => {
  await using database = disposable(await createTestDatabase());
  const settings = await withClient(database.url, (client) =>
    client.query(
      "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'data_checksums')",
    ),
  );
  expect(settings.rows.map((row: { setting: string }) => row.setting)).toEqual(['on', 'on', 'on']);
});

function disposable<T extends { drop(): Promise<void> }>(database: T): T & AsyncDisposable {
  return { ...database, [Symbol.asyncDispose]: () => database.drop() };
}
