import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { openLine } from '../../../../test/support/postgres-line.js';
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

class Slow1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('SELECT pg_sleep(0.5)');
  }
  async down() {
    await Promise.reject(new Error('forward only'));
  }
}

it('gives a statement up after its time, but not a migration', async () => {
  const migrations = [Slow1700000000003];
  const database = await openDatabase({ url: place.url, name: 'four', migrations, statementTimeoutMs: 100 });
  await expect(database.query('SELECT pg_sleep(60)')).rejects.toThrow('statement timeout');
  await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  await database.destroy();
});

it('gives a connection up on which the server has gone silent, and asks on another', async () => {
  await using line = await openLine(place.url);
  const options = { url: line.url, name: 'five', poolSize: 1, migrations: [], statementTimeoutMs: 100 };
  const database = await openDatabase(options);
  line.silence();
  const asked = database.query('SELECT 1 AS one');
  await expect(asked).rejects.toThrow('the database was silent for 2100 ms');
  line.revive();
  await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  await database.destroy();
});

it('rejects, and asks on another, where the server ends in the very moment in which a connection is handed over', async () => {
  await using line = await openLine(place.url);
  const database = await openDatabase({ url: line.url, name: 'six', poolSize: 2, migrations: [] });
  const held = database.createQueryRunner();
  await held.query('SELECT 1');
  // For this one a connection is made.
  line.endNextConnection();
  await expect(database.query('SELECT 1 AS one')).rejects.toThrow();
  await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  await held.release();
  await database.destroy();
});
