import { utimesSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { Problem } from '#exchange/problem.js';
import { people, UTC_OFFSET } from '../../../../../test/sources/people.js';
import { aQuery, describeSource } from '../../../../../test/sources/source-suite.js';
import type { FileResource } from '../../config/department-resource.js';
import type { FilesSourceConfig } from '../../config/department-source.js';
import type { ScopedQuery } from '../source.js';
import { FilesSource } from './files.source.js';
import { csvOf, csvResource, fieldsOf, options, writeParquet } from './people-files.fixture.js';

const patient = new AbortController().signal;
const config: FilesSourceConfig = {
  kind: 'files',
  statementTimeoutMs: 3000,
  utcOffset: UTC_OFFSET,
  poolSize: 2,
  maxWaiting: 500,
  memoryMiB: 128,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice files' "));
});
afterAll(() => rm(folder, { recursive: true }));

describeSource('a CSV file', async () => {
  await writeFile(join(folder, 'people.csv'), csvOf(people));
  const source = new FilesSource(config, [csvResource], folder);
  return { source, stop: () => source.close() };
});

describeSource('a Parquet file', async () => {
  await writeParquet(join(folder, 'people.parquet'));
  const resource = { ...csvResource, from: { parquet: 'people.parquet' }, fields: fieldsOf() };
  const source = new FilesSource(config, [resource], folder);
  return { source, stop: () => source.close() };
});

describe('a file', () => {
  const sources: FilesSource[] = [];
  const open = (resource: FileResource, changes: Partial<FilesSourceConfig> = {}) => {
    const source = new FilesSource({ ...config, ...changes }, [resource], folder);
    sources.push(source);
    return source;
  };
  const named = (csv: string): FileResource => ({ ...csvResource, from: { ...csvResource.from, csv } });
  const one = people.slice(0, 1);

  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
  });

  it('is read in place: what replaces it is read next', async () => {
    await writeFile(join(folder, 'changing.csv'), csvOf(one));
    const source = open(named('changing.csv'));
    expect(await source.read(aQuery(), patient)).toHaveLength(1);
    await writeFile(join(folder, 'changed.csv'), csvOf(people));
    await rename(join(folder, 'changed.csv'), join(folder, 'changing.csv'));
    expect(await source.read(aQuery(), patient)).toHaveLength(people.length);
  });

  it.each(['csv', 'parquet'] as const)(
    'of kind %s may change its columns: each stays under its own name',
    async (kind) => {
      const path = join(folder, `moving.${kind}`);
      const { id, name, small } = fieldsOf();
      const from = kind === 'csv' ? { csv: path, options: { ...options, delimiter: ',' } } : { parquet: path };
      const source = open({ ...csvResource, from, fields: { id, name, small } });
      const instance = await DuckDBInstance.create();
      const connection = await instance.connect();
      const read = () => source.read(aQuery({ columns: ['id', 'name', 'small'] }), patient);
      for (const columns of [
        "'p1' id, 'a' as name, 7 small",
        "7 small, 'a' as name, 'p1' id",
        "9 other, 'a' as name, 7 small, 'p1' id",
      ]) {
        await connection.run(`copy (select ${columns}) to '${path.replaceAll("'", "''")}' (format ${kind})`);
        expect(await read()).toEqual([['p1', 'a', 7]]);
      }
      await connection.run(`copy (select 'p1' id, 7 small) to '${path.replaceAll("'", "''")}' (format ${kind})`);
      await expect(read()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      instance.closeSync();
    },
  );

  it('that is replaced again and again gives no row of one file under the names of another', async () => {
    const path = join(folder, 'restless.csv');
    const { id, name } = fieldsOf();
    const from = { csv: path, options: { ...options, delimiter: ',' } };
    const source = open({ ...csvResource, from, fields: { id, name } });
    const versions = ['id,name', 'name,id'].map((head) => {
      const lines = Array.from({ length: 2000 }, (_, n) => (head === 'id,name' ? `p${n},n${n}` : `n${n},p${n}`));
      return [head, ...lines, ''].join('\n');
    });
    const done = new AbortController();
    const replacing = (async () => {
      for (let round = 0; !done.signal.aborted; round += 1) {
        await writeFile(`${path}.new`, versions[round % 2]!);
        await rename(`${path}.new`, path);
      }
    })();
    await writeFile(path, versions[0]!);
    for (let read = 0; read < 40; read += 1) {
      const reading = source.read(aQuery({ columns: ['id', 'name'] }), patient);
      const rows = await reading.catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
        return [];
      });
      expect(rows.every(([key, value]) => String(key).startsWith('p') && String(value).startsWith('n'))).toBe(true);
    }
    done.abort();
    await replacing;
  });

  it('that is not there yet is a source that is down, and up once it is there', async () => {
    const source = open(named('late.csv'));
    await expect(source.read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: undefined,
    });
    await expect(source.check()).rejects.toThrow(/late\.csv/);
    await writeFile(join(folder, 'late.csv'), csvOf(one));
    await expect(source.check()).resolves.toBeUndefined();
    expect(await source.read(aQuery(), patient)).toHaveLength(1);
  });

  it('that lacks a column is a source that is down, for a reason that an operator is told', async () => {
    await writeFile(join(folder, 'narrow.csv'), 'id|small\np1|1\n');
    await expect(open(named('narrow.csv')).check()).rejects.toThrow(/"Full "name"; select 1 as c0" not found/);
  });

  it.each([
    ['a number that is none', '"small"', 'N0|A'],
    ['a date that does not exist', '"born"', '30.02.2024'],
  ])('with %s is an answer that is not valid, whose value is told to nobody', async (_, column, cell) => {
    const [head = '', line = ''] = csvOf(one).split('\n');
    const index = head.split('|').indexOf(column);
    const broken = line.split('|').with(index, `"${cell}"`).join('|');
    await writeFile(join(folder, 'broken.csv'), `${head}\n${broken}\n`);
    const reading = open(named('broken.csv')).read(aQuery({ columns: ['small', 'born'] }), patient);
    const problem = await reading.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'SOURCE_ANSWER_INVALID', detail: undefined });
    expect(inspect(problem, { depth: 5 })).not.toContain(cell);
  });

  it('with a key that is empty is an answer that is not valid', async () => {
    await writeFile(join(folder, 'keyless.csv'), csvOf([{ ...people[0]!, id: null }]));
    await expect(open(named('keyless.csv')).read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_ANSWER_INVALID',
    });
  });

  describe('that is read slowly', () => {
    let path: string;
    beforeAll(async () => {
      path = join(folder, 'slow.parquet');
      const instance = await DuckDBInstance.create();
      const connection = await instance.connect();
      await connection.run(
        `copy (select md5(range::varchar) as id from range(1500000)) to '${path.replaceAll("'", "''")}' (format parquet)`,
      );
      instance.closeSync();
    });

    const openWithin = (statementTimeoutMs: number) => {
      const resource: FileResource = { ...csvResource, from: { parquet: path }, fields: { id: fieldsOf().id } };
      return open(resource, { statementTimeoutMs, poolSize: 1, memoryMiB: 1024 });
    };
    const backwards = aQuery({ order: [{ field: 'id', direction: 'desc', tieBreak: false }] });

    it('is stopped in time, and the connection serves again', async () => {
      const source = openWithin(40);
      await expect(source.read(backwards, patient)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      await expect(source.check()).resolves.toBeUndefined();
    });

    it('has one time limit for all attempts where it is replaced meanwhile', async () => {
      const source = openWithin(100);
      const replacing = setInterval(() => {
        utimesSync(path, new Date(), new Date());
      }, 10);
      const failure = await source.read(backwards, patient).catch((error: unknown) => error);
      clearInterval(replacing);
      // Without a limit for the attempts after the first it would be told only that the file keeps changing.
      expect(failure).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      await expect(source.check()).resolves.toBeUndefined();
    });
  });

  it('that has no key of its own is numbered: the wildlife strikes, as the authority published them', async () => {
    const published = join(import.meta.dirname, '../../../../../node_modules/vega-datasets/data/birdstrikes.csv');
    const strikes: FileResource = {
      ...csvResource,
      id: 'transport/strikes',
      key: ['number'],
      from: { csv: published, rowNumber: 'row number', options: { ...options, delimiter: ',', nulls: [''] } },
      fields: {
        number: { ...fieldsOf().small, column: 'row number' },
        airport: { ...fieldsOf().name, column: 'Airport Name' },
        happened: { ...fieldsOf().born, column: 'Flight Date' },
        cost: { ...fieldsOf().amount, column: 'Cost Total $' },
        speed: { ...fieldsOf().small, column: 'Speed IAS in knots' },
      },
    };
    const source = open(strikes, { memoryMiB: 64, poolSize: 2 });
    const query: ScopedQuery = {
      resource: strikes.id,
      columns: ['number', 'airport', 'happened', 'cost', 'speed'],
      where: [{ field: 'number', op: 'in', value: [1, 10000] }],
      order: [{ field: 'number', direction: 'asc', tieBreak: true }],
      limit: 10,
    };
    expect(await source.read(query, patient)).toEqual([
      [1, 'BARKSDALE AIR FORCE BASE ARPT', '1990-01-08', '0', 300],
      [10000, expect.any(String), expect.stringMatching(/^\d{4}-\d\d-\d\d$/), expect.any(String), expect.anything()],
    ]);
    // As many as may wait, in little memory.
    const answers = await Promise.all(Array.from({ length: 20 }, () => source.read(query, patient)));
    expect(answers.every((rows) => rows.length === 2)).toBe(true);
  });
});
