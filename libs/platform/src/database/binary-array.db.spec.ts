import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { byteaArray, textArray } from './binary-array.js';

let place: TestDatabase;
let client: Client;
beforeAll(async () => {
  place = await createTestDatabase();
  client = new Client({ connectionString: place.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await place.drop();
});

const itself = <Value>(value: Value) => value;

async function readBack(array: Buffer, type: 'text' | 'bytea'): Promise<unknown> {
  const { rows } = await client.query<{ values: unknown }>(`SELECT $1::${type}[] AS values`, [array]);
  return rows[0]?.values;
}

it.each<[string, (string | null)[]]>([
  ['none', []],
  ['one', ['population/residents']],
  ['some that a list in text would have to escape', ['{', '"a"', String.raw`\x00`, ',', '', 'NULL', ' b ']],
  ['some that are not there', [null, 'a', null]],
  ['some that are not ASCII', ['住房保障局/王敏', '😀', 'é']],
  ['many', Array.from({ length: 1000 }, (_, index) => 'x'.repeat(index))],
])('hands over texts: %s', async (_, values) => {
  await expect(readBack(textArray(values, itself), 'text')).resolves.toEqual(values);
});

it.each<[string, Uint8Array[]]>([
  ['none', []],
  ['every byte', [Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))]],
  ['none in one', [Buffer.alloc(0), Buffer.from([0])]],
  ['a part of a larger buffer', [new Uint8Array([1, 2, 3, 4]).subarray(1, 3)]],
])('hands over bytes: %s', async (_, values) => {
  await expect(readBack(byteaArray(values, itself), 'bytea')).resolves.toEqual(values.map((one) => Buffer.from(one)));
});

it('is read as another type where the statement says so', async () => {
  const text = 'SELECT $1::text[]::uuid[] AS ids, $2::text[]::timestamptz[] AS times, $3::text[]::int[] AS counts';
  const id = '0193a5b0-7c1e-8abc-9def-0123456789ab';
  const time = '2026-11-27T00:00:00.123Z';
  const values = [[id], [time], ['7', null]].map((one: (string | null)[]) => textArray(one, itself));
  const { rows } = await client.query<Record<string, unknown>>(text, values);
  expect(rows).toEqual([{ ids: [id], times: [new Date(time)], counts: [7, null] }]);
});
