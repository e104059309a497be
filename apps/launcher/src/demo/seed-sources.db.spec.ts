import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { withClient } from '#embedded/service-database.js';
import { testServerUrl } from '../../../../test/support/postgres.js';
import { seedSources, type SeededSources } from './seed-sources.js';

const ELIGIBLE = '99010619920817002X';
const folder = mkdtempSync(join(tmpdir(), 'sluice-sources-'));
const account = (role: string) => ({ role, password: `password of ${role}` });
const places = () => ({
  adminUrl: testServerUrl(),
  folder,
  accounts: {
    populationOwner: account('population_owner'),
    populationReader: account('population_reader'),
    socialSecurityOwner: account('social_security_owner'),
    socialSecurityReader: account('social_security_reader'),
  },
});
let sources: SeededSources;

beforeAll(async () => {
  sources = await seedSources(places(), () => undefined);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function rows(url: string, statement: string, values: unknown[] = []): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query<Record<string, unknown>>(statement, values)).rows);
}

async function read(statement: string, file: string): Promise<unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(statement, [join(folder, file)])).getRowObjectsJson();
}

it('fills the population register, each resident with a household and its size', async () => {
  const one = await rows(
    sources.populationUrl,
    `select full_name, birth_date::text, household_size, relation, district_name from register.resident_register
      where id_number = $1`,
    [ELIGIBLE],
  );
  expect(one).toEqual([
    { full_name: '林晓雯', birth_date: '1992-08-17', household_size: 3, relation: 'head', district_name: '西湖区' },
  ]);
  expect(await rows(sources.populationUrl, 'select count(*)::int as n from register.residents')).toEqual([
    { n: 20_000 },
  ]);
});

it('fills social security with the same people, months added up across periods', async () => {
  const one = await rows(
    sources.socialSecurityUrl,
    'select months, aae180, last_month, aac008 from sbk.v_participation where aac002 = $1',
    [ELIGIBLE],
  );
  expect(one).toMatchObject([
    { months: 98, aae180: expect.stringMatching(/^\d+\.00$/) as string, last_month: '2026-10' },
  ]);
});

it('writes titles as Parquet with real types, and contracts as CSV with dashes for what is missing', async () => {
  const titles = await read(
    'select count(*)::int as n, any_value(typeof(mj)) as mj, any_value(typeof(djsj)) as djsj from read_parquet($1)',
    'real-estate/titles.parquet',
  );
  expect(titles).toEqual([{ n: expect.any(Number) as number, mj: 'DECIMAL(10,2)', djsj: 'TIMESTAMP' }]);
  const owned = await read(
    `select * from read_parquet($1) where qlr_zjh = '${ELIGIBLE}'`,
    'real-estate/titles.parquet',
  );
  expect(owned).toEqual([]);
  expect(readFileSync(join(folder, 'real-estate', 'transfers.csv'), 'utf8')).toContain(',—,');
});

it('copies the wildlife strikes whole', async () => {
  expect(await read('select count(*)::int as n from read_csv($1)', 'transport/birdstrikes.csv')).toEqual([
    { n: 10_000 },
  ]);
});

it('gives departments a reader that cannot write', async () => {
  await expect(rows(sources.populationUrl, 'delete from register.residents')).rejects.toThrow('read-only transaction');
  await expect(rows(sources.populationUrl, 'begin read write; delete from register.residents')).rejects.toThrow(
    'permission denied',
  );
});

it('leaves alone what is there', async () => {
  const file = join(folder, 'real-estate', 'titles.parquet');
  const before = statSync(file).mtimeMs;
  const said: string[] = [];
  expect(await seedSources(places(), (line) => said.push(line))).toEqual(sources);
  expect([said, statSync(file).mtimeMs]).toEqual([[], before]);
});
