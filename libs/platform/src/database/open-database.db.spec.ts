import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { openDatabase } from './open-database.js';

let place: TestDatabase;
beforeEach(async () => {
  place = await createTestDatabase();
});
afterEach(() => place.drop());

class First1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE ran (at timestamptz DEFAULT clock_timestamp())');
    await runner.query('INSERT INTO ran DEFAULT VALUES');
  }
  async down() {
    await Promise.reject(new Error('forward only'));
  }
}

class Fails1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('INSERT INTO ran DEFAULT VALUES');
    await runner.query('SELECT 1/0');
  }
  async down() {
    await Promise.reject(new Error('forward only'));
  }
}

it('migrates once, however many processes start at once', async () => {
  const all = await Promise.all(
    Array.from({ length: 4 }, () => openDatabase({ url: place.url, name: 'one', migrations: [First1700000000001] })),
  );
  await expect(all[0]!.query('SELECT count(*)::int AS times FROM ran')).resolves.toEqual([{ times: 1 }]);
  await Promise.all(all.map((database) => database.destroy()));
});

it('leaves nothing of a migration that fails', async () => {
  const failing = { url: place.url, name: 'two', migrations: [First1700000000001, Fails1700000000002] };
  await expect(openDatabase(failing)).rejects.toThrow('division by zero');
  const database = await openDatabase({ url: place.url, name: 'three', migrations: [First1700000000001] });
  await expect(database.query('SELECT count(*)::int AS times FROM ran')).resolves.toEqual([{ times: 1 }]);
  await database.destroy();
});
