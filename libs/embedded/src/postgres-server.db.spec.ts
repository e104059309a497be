import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port-holder.js';
import { startPostgres, type PostgresServer } from './postgres-server.js';
import { isAlive } from './postmaster.js';
import { removePostgres } from './remove-postgres.js';
import { createServiceDatabase, databaseUrl, withClient } from './service-database.js';

// Each test creates a cluster of its own.
let home: string;
let dataDir: string;
let server: PostgresServer | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-embedded-'));
  chmodSync(home, 0o711);
  dataDir = join(home, 'postgres');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(home, { recursive: true, force: true });
});

async function start(port = 0): Promise<PostgresServer> {
  server = await startPostgres({ dataDir, port });
  return server;
}

async function query(url: string, statement: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query<Record<string, unknown>>(statement)).rows);
}

it('takes over the server that a killed launcher left running, and what it holds', async () => {
  const first = await start();
  await query(first.adminUrl, 'create table kept as select 1 as n');
  const second = await start(first.port);
  expect(second).toMatchObject({ reused: true, pid: first.pid });
  expect(await query(second.adminUrl, 'select n from kept')).toEqual([{ n: 1 }]);
});

it('moves a left-over server to the port that is wanted now', async () => {
  const first = await start();
  const port = await freePort();
  const second = await start(port);
  expect(second).toMatchObject({ reused: false, port });
  await first.exited;
});

it('recovers what was committed when the server itself is killed', async () => {
  const first = await start();
  await query(first.adminUrl, 'create table kept as select 1 as n');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start();
  expect(second.reused).toBe(false);
  expect(await query(second.adminUrl, 'select n from kept')).toEqual([{ n: 1 }]);
});

it('is not misled by a pid that another program was given since', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(first.dataDir, 'postmaster.pid'), `${String(process.pid)}\n${first.dataDir}\n0\n5432\n`);
  expect((await start()).reused).toBe(false);
});

it('names who holds the port, and the way out', async () => {
  const stranger = createServer();
  const port = await new Promise<number>((resolve) => {
    stranger.listen(0, '127.0.0.1', () => {
      const address = stranger.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  const refused = start(port);
  await expect(refused).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  await expect(refused).rejects.toThrow(`Port ${String(port)}`);
  await expect(refused).rejects.toThrow('--port-base');
  await new Promise((resolve) => stranger.close(resolve));
});

it('starts afresh where an initialisation was killed half-way', async () => {
  mkdirSync(`${dataDir}.building-1`, { recursive: true });
  writeFileSync(join(`${dataDir}.building-1`, 'PG_VERSION'), '18\n');
  await start();
  expect(readdirSync(home).filter((name) => name.includes('building'))).toEqual([]);
});

it('says so where the password file is gone, rather than failing to log in', async () => {
  await (await start()).stop();
  rmSync(`${dataDir}.password`);
  await expect(start()).rejects.toMatchObject({ code: 'PASSWORD_LOST' });
});

it('lets only its owner into a database of a service', async () => {
  const { adminUrl } = await start();
  const mine = await createServiceDatabase(adminUrl, { database: 'mine', role: 'me', password: "it's" });
  const yours = await createServiceDatabase(adminUrl, { database: 'yours', role: 'you', password: 'secret' });
  expect(await query(mine, 'select current_user')).toEqual([{ current_user: 'me' }]);
  const intruder = databaseUrl(yours, { database: 'mine' });
  await expect(query(intruder, 'select 1')).rejects.toThrow('permission denied for database "mine"');
});

it('gives a role its new password when it is made again, and keeps the data', async () => {
  const { adminUrl } = await start();
  const wanted = { database: 'mine', role: 'me', password: 'old' };
  const before = await createServiceDatabase(adminUrl, wanted);
  await query(before, 'create table kept as select 1 as n');
  const after = await createServiceDatabase(adminUrl, { ...wanted, password: 'new' });
  expect(await query(after, 'select n from kept')).toEqual([{ n: 1 }]);
  await expect(query(before, 'select 1')).rejects.toThrow('password authentication failed');
});

it('writes neither statements nor values of rows into its log', async () => {
  const { adminUrl } = await start();
  await query(adminUrl, 'create table people (id text primary key)');
  await query(adminUrl, "insert into people values ('990101198001010011')");
  await expect(query(adminUrl, "insert into people values ('990101198001010011')")).rejects.toThrow('duplicate key');
  const log = readFileSync(`${dataDir}.log`, 'utf8');
  expect(log).toContain('duplicate key');
  expect(log).not.toContain('990101198001010011');
});

it('runs in a folder that nobody else may enter, as root too, and finds its data there again', async () => {
  chmodSync(home, 0o700);
  const first = await start();
  await query(first.adminUrl, 'create table kept as select 1 as n');
  await first.stop();
  const second = await start();
  expect(second.dataDir).toBe(first.dataDir);
  expect(await query(second.adminUrl, 'select n from kept')).toEqual([{ n: 1 }]);
  await removePostgres(dataDir);
});

it('is removed while it runs, wherever its data lie', async () => {
  chmodSync(home, 0o700);
  const { pid, dataDir: place } = await start();
  await removePostgres(dataDir);
  expect([isAlive(pid), existsSync(place), readdirSync(home)]).toEqual([false, false, []]);
  await removePostgres(dataDir);
});

it('starts afresh where its folder was deleted by hand while the server ran', async () => {
  chmodSync(home, 0o700);
  await query((await start()).adminUrl, 'create table gone as select 1 as n');
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
  const { adminUrl, reused } = await start();
  expect([reused, await query(adminUrl, "select to_regclass('gone') as gone")]).toEqual([false, [{ gone: null }]]);
  await removePostgres(dataDir);
});
