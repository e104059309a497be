import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '../../../../../test/sources/people.js';
import { hardenedDuckdb } from './hardened-duckdb.js';
import { csvOf } from './people-files.fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice files' "));
});
afterAll(() => rm(folder, { recursive: true }));

it('leaves no way to another file, to the network or to its own settings', async () => {
  await writeFile(join(folder, 'people.csv'), csvOf(people));
  await writeFile(join(folder, 'secret.csv'), 'a\n1\n');
  const instance = await hardenedDuckdb(64, [join(folder, 'people.csv')]);
  const connection = await instance.connect();
  const secret = join(folder, 'secret.csv').replaceAll("'", "''");
  for (const [statement, reason] of [
    [`select * from read_csv('${secret}')`, /disabled by configuration/],
    [`copy (select 1) to '${secret}'`, /disabled by configuration/],
    [`attach '${secret}.db' as other`, /disabled by configuration/],
    ["select * from read_csv('https://example.invalid/a.csv')", /disabled|Missing Extension/],
    ['install httpfs', /disabled by configuration/],
    ['set enable_external_access = true', /locked|Cannot/],
    ["set memory_limit = '100GB'", /locked/],
  ] as const) {
    await expect(connection.run(statement)).rejects.toThrow(reason);
  }
  instance.closeSync();
});
