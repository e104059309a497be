import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/postgres.js';
import { people, PEOPLE, UTC_OFFSET } from '../../../../../test/sources/people.js';
import { describeSource } from '../../../../../test/sources/source-suite.js';
import type { PostgresSourceConfig } from '../../config/department-source.js';
import type { SqlTable } from '../sql/build-statement.js';
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
  // A collation of the language and blanks that do not count: what a department really has.
  await client.query(`
    create schema "Odd ""schema""";
    create table "Odd ""schema"""."people.of all; kinds" (
      id char(4) primary key, "full ""name"" as c0" text collate "und-x-icu", small int, big bigint not null,
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
