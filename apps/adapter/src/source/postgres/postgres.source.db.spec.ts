import { Client } from 'pg';
import { inspect } from 'node:util';
import type { Condition } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { people, PEOPLE, UTC_OFFSET } from '../../../../../test/sources/people.js';
import { aQuery, describeSource } from '../../../../../test/sources/source-suite.js';
import type { PostgresSourceConfig } from '../../config/department-source.js';
import { buildStatement, type SqlTable } from '../sql/build-statement.js';
import { postgresDialect } from './postgres-dialect.js';
import { parametersOf } from '../sql/statement.js';
import { PostgresSource } from './postgres.source.js';

const table: SqlTable = {
  ...PEOPLE,
  from: { schema: 'Odd "schema"', table: 'people.of all; kinds' },
  fields: { ...PEOPLE.fields, name: { ...PEOPLE.fields.name, column: 'full "name" as c0' } },
};

function aConfig(url: string, changes: Partial<PostgresSourceConfig> = {}): PostgresSourceConfig {
  return {
    kind: 'postgres',
    url,
    statementTimeoutMs: 3000,
    utcOffset: UTC_OFFSET,
    poolSize: 4,
    maxWaiting: 500,
    ...changes,
  };
}

const ignore = () => undefined;

async function createPeople(url: string): Promise<void> {
  await using client = await connected(url);
  // A collation to which case and accents are nothing, and blanks that do not count: what a department may really have.
  await client.query(`
    create collation loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
    create schema "Odd ""schema""";
    create table "Odd ""schema"""."people.of all; kinds" (
      id char(4) primary key, "full ""name"" as c0" text collate loose, small int, big bigint not null,
      amount numeric(38, 18), active boolean, born date, seen timestamptz, local timestamp)`);
  const columns = Object.keys(PEOPLE.fields) as (keyof typeof PEOPLE.fields)[];
  for (const person of people) {
    await client.query(
      `insert into "Odd ""schema"""."people.of all; kinds"
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz at time zone '+08:00'::interval)`,
      columns.map((column) => person[column]),
    );
  }
}

async function connected(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await createPeople(database.url);
});
afterAll(() => database.drop());

describeSource('PostgreSQL', () => {
  const source = new PostgresSource(aConfig(database.url), [table], ignore);
  return Promise.resolve({ source, stop: () => source.close() });
});

describe('a PostgreSQL source', () => {
  const patient = new AbortController().signal;
  const sources: PostgresSource[] = [];
  const idleErrors: Error[] = [];
  const open = (changes: Partial<PostgresSourceConfig> = {}, of: SqlTable = table) => {
    const source = new PostgresSource(aConfig(database.url, changes), [of], (error) => idleErrors.push(error));
    sources.push(source);
    return source;
  };
  const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> => {
    await using client = await connected(database.url);
    return (await client.query<Row>(text, values)).rows;
  };

  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
  });

  it('reads in sessions that cannot write, with a time limit', async () => {
    await query(`create view settings as
      select 1 as id, current_setting('transaction_read_only') as name, current_setting('statement_timeout') as small`);
    const settings: SqlTable = {
      ...table,
      from: { table: 'settings' },
      fields: { id: PEOPLE.fields.small, name: PEOPLE.fields.name, small: PEOPLE.fields.name },
    };
    const source = open({ statementTimeoutMs: 1234 }, settings);
    expect(await source.read(aQuery({ columns: ['name', 'small'] }), patient)).toEqual([['on', '1234ms']]);
    await query(`create function write() returns int language plpgsql as
      'begin create table written (n int); return 1; end'`);
    await query('create view writing as select write() as id');
    const writing = open({}, { ...settings, from: { table: 'writing' }, fields: { id: PEOPLE.fields.small } });
    await expect(writing.read(aQuery(), patient)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  it('uses the index of the column for eq and in, be it padded, loosely collated or of another type', async () => {
    await query('create table indexed (id char(18) primary key, name text collate loose, code uuid)');
    await query("insert into indexed select i::text, 'n' || i, md5(i::text)::uuid from generate_series(1, 20000) i");
    await query('create index on indexed (name)');
    await query('create index on indexed (code)');
    await query('analyze indexed');
    const { id } = PEOPLE.fields;
    const indexed: SqlTable = { ...table, from: { table: 'indexed' }, fields: { id, name: id, code: id } };
    const [stored] = await query<{ code: string }>("select code from indexed where id = '777'");
    const asked: [string, string][] = [
      ['id', '777'],
      ['name', 'n777'],
      ['code', String(stored?.code)],
    ];
    for (const [field, value] of asked) {
      const ways: Condition[] = [
        { field, op: 'eq', value },
        { field, op: 'in', value: [value] },
      ];
      for (const condition of ways) {
        const one = aQuery({ where: [condition] });
        expect(await open({}, indexed).read(one, patient)).toEqual([['777']]);
        const statement = buildStatement(one, indexed, postgresDialect);
        const plan = await query(`explain ${statement.text}`, parametersOf(statement, one));
        expect(JSON.stringify(plan)).toMatch(/index/i);
        expect(JSON.stringify(plan)).not.toContain('Seq Scan');
      }
    }
    const loud = aQuery({ where: [{ field: 'code', op: 'eq', value: String(stored?.code).toUpperCase() }] });
    expect(await open({}, indexed).read(loud, patient)).toEqual([]);
  });

  it('gives up a statement that takes too long, and serves on', async () => {
    await query(`create view slow as
      select id, case when id = 2 then length(pg_sleep(60)::text) else 0 end as small from generate_series(1, 2) id`);
    const fields = { id: PEOPLE.fields.small, small: PEOPLE.fields.small };
    const source = open({ statementTimeoutMs: 100, poolSize: 1 }, { ...table, from: { table: 'slow' }, fields });
    const row = (id: number) => aQuery({ columns: ['small'], where: [{ field: 'id', op: 'eq', value: id }] });
    await expect(source.read(row(2), patient)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', detail: undefined });
    expect(await source.read(row(1), patient)).toEqual([[0]]);
  });

  it('says which value a column cannot hold by its place, and repeats it to nobody', async () => {
    await query('create table keyed (id uuid primary key, small int)');
    const keyed: SqlTable = { ...table, from: { table: 'keyed' }, fields: { id: PEOPLE.fields.id } };
    const reading = open({}, keyed).read(aQuery({ where: [{ field: 'id', op: 'eq', value: 'no uuid' }] }), patient);
    const problem: unknown = await reading.catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'FILTER_INVALID' });
    expect(inspect(problem, { depth: 5 })).not.toContain('no uuid');
  });

  it('tells an operator what is wrong with its tables, and a caller nothing', async () => {
    const wrong = open({}, { ...table, fields: { ...table.fields, id: { ...PEOPLE.fields.id, column: 'identity' } } });
    await expect(wrong.check()).rejects.toThrow(/42703.*identity/);
    await expect(wrong.read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: undefined,
    });
  });

  it.each([
    ['nobody listens', (url: URL) => (url.port = '9')],
    ['the password is wrong', (url: URL) => (url.password = 'wrong')],
    ['the database is not there', (url: URL) => (url.pathname = '/none')],
  ])('is unavailable where %s', async (_, change) => {
    const url = new URL(database.url);
    change(url);
    await expect(open({ url: url.href }).read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: undefined,
    });
  });

  it('comes back after the server has cut its connections', async () => {
    const source = open({ poolSize: 1 });
    expect(await source.read(aQuery({ limit: 1 }), patient)).toHaveLength(1);
    await query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where application_name = 'sluice-adapter' and datname = current_database()`,
    );
    // The cut may be noticed by the read or, before it, by the idle connection.
    const rows = await source
      .read(aQuery({ limit: 1 }), patient)
      .catch(() => source.read(aQuery({ limit: 1 }), patient));
    expect(rows).toHaveLength(1);
  });

  it('prepares what is asked often, once a connection and shape', async () => {
    await query('create view prepared as select row_number() over ()::int as id, name from pg_prepared_statements');
    const fields = { id: PEOPLE.fields.small, name: PEOPLE.fields.name };
    const prepared: SqlTable = { ...table, id: 'test/prepared', from: { table: 'prepared' }, fields };
    const source = new PostgresSource(aConfig(database.url, { poolSize: 1 }), [table, prepared], ignore);
    sources.push(source);
    for (const value of ['p001', 'p002', 'p003', 'p004', 'p005', 'p006']) {
      await source.read(aQuery({ where: [{ field: 'id', op: 'eq', value }] }), patient);
    }
    expect(await source.read(aQuery({ resource: 'test/prepared', columns: ['name'] }), patient)).toEqual([
      [expect.stringMatching(/^sluice_[0-9a-f]{32}$/)],
    ]);
  });
});
