import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { databaseExists, databaseUrl, runFormatted, withClient } from '#embedded/service-database.js';
import type { TestServer } from './postgres.global-setup.js';

export interface TestDatabase {
  /** The superuser's connection to it. */
  readonly url: string;
  /** Cuts whoever is still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Of which it is a clone (see `templateDatabase`); empty if left out. */
  readonly template?: string;
  readonly tablespace?: string | undefined;
}

/** A fresh database. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl } = testServer();
  const { template = 'template0', tablespace = 'pg_default' } = options;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(adminUrl, (admin) =>
    runFormatted(admin, 'create database %I template %I tablespace %I', [name, template, tablespace]),
  );
  return {
    url: databaseUrl(adminUrl, { database: name }),
    drop: () => dropDatabase(adminUrl, name),
  };
}

const DROP_TRIES = 40;
const DROP_PAUSE_MS = 500;

/** To drop a database the server makes a checkpoint, which fails while another test has filled a disk of it. */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await withClient(adminUrl, (admin) => runFormatted(admin, 'drop database if exists %I with (force)', [name]));
      return;
    } catch (error) {
      const isPassing = error instanceof Error && error.message.includes('checkpoint request failed');
      if (!isPassing || tried === DROP_TRIES) throw error;
      await pause(DROP_PAUSE_MS);
    }
  }
}

/**
 * The name of a database that `migrate` has filled, made once a run for all workers; clone it with `createTestDatabase`.
 * `migrate` closes its connections before it resolves. Equal names must mean equal migrations.
 */
export async function templateDatabase(name: string, migrate: (url: string) => Promise<void>): Promise<string> {
  const { adminUrl } = testServer();
  const template = `template_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  await withClient(adminUrl, async (admin) => {
    // Held until the connection ends. Whoever waits here finds the template made.
    await admin.query('select pg_advisory_lock(hashtextextended($1, 0))', [template]);
    if (await databaseExists(admin, template)) return;
    await buildTemplate(admin, adminUrl, template, migrate);
  });
  return template;
}

/** Under another name first: a template that a failed migration left half-made is never cloned. */
async function buildTemplate(
  admin: Client,
  adminUrl: string,
  template: string,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  const building = `${template}_building`;
  await runFormatted(admin, 'drop database if exists %I with (force)', [building]);
  await runFormatted(admin, 'create database %I template template0', [building]);
  await migrate(databaseUrl(adminUrl, { database: building }));
  await runFormatted(admin, 'alter database %I rename to %I', [building, template]);
}

/** What a statement gives, on a connection of its own. */
export async function rowsOf<Row extends object>(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(statement, [...parameters])).rows);
}

/** The superuser's connection to the server of this run: for roles and databases of a test's own. */
export function testServerUrl(): string {
  return testServer().adminUrl;
}

function testServer(): TestServer {
  const noted = process.env.SLUICE_TEST_POSTGRES;
  if (noted === undefined) throw new Error('no test server: a test that needs PostgreSQL is named *.db.spec.ts');
  return JSON.parse(noted) as TestServer;
}
