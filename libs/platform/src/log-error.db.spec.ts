import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { openDatabase } from './database/open-database.js';
import { logError } from './log-error.js';

let place: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  place = await createTestDatabase();
  database = await openDatabase({ url: place.url, name: 'log-error', migrations: [] });
});
afterAll(async () => {
  await database.destroy();
  await place.drop();
});

it('says of a failed query what went wrong, and nothing of its values', async () => {
  const failure: unknown = await database
    .query('SELECT $1::text, $2::integer', ['王敏', 'C-00417'])
    .catch((e: unknown) => e);
  const wrapped = new Error('could not record', { cause: failure });
  const line = JSON.stringify(logError(wrapped));
  expect(line).toContain('22P02');
  expect(line).toContain('could not record');
  expect(line).not.toContain('王敏');
  expect(line).not.toContain('C-00417');
});

it('keeps message, code, stack and cause of any other error', () => {
  const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
  expect(logError(new TypeError('no broker', { cause }))).toMatchObject({
    type: 'TypeError',
    message: 'no broker',
    stack: expect.stringContaining('no broker') as string,
    cause: { type: 'Error', message: 'connect refused', code: 'ECONNREFUSED' },
  });
});

it('repeats no thing that was thrown and is no error', () => {
  expect(logError('13800138000')).toEqual({ type: 'string', message: 'not an error' });
});
