import { createServer, type AddressInfo } from 'node:net';
import { databaseUrl } from '#embedded/service-database.js';
import { createTestDatabase, testServerUrl, type TestDatabase } from '../../../../test/support/postgres.js';
import { isDatabaseAway } from './is-database-away.js';
import { openDatabase } from './open-database.js';

let test: TestDatabase;
let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url, name: 'away', poolSize: 2, migrations: [], statementTimeoutMs: 200 });
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

const errorOf = async (asked: Promise<unknown>) => {
  const [settled] = await Promise.allSettled([asked]);
  expect(settled.status).toBe('rejected');
  return settled.status === 'rejected' ? (settled.reason as unknown) : undefined;
};

it('is told of nobody at the address, and of somebody who hangs up', async () => {
  const peer = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => peer.listen(0, '127.0.0.1', done));
  const { port } = peer.address() as AddressInfo;
  const url = new URL(databaseUrl(testServerUrl(), { database: 'any' }));
  url.port = String(port);
  const ask = () => openDatabase({ url: url.href, name: 'away', migrations: [] });
  expect(isDatabaseAway(await errorOf(ask()))).toBe(true);
  await new Promise((done) => peer.close(done));
  expect(isDatabaseAway(await errorOf(ask()))).toBe(true);
});

it('is told of a statement that takes too long', async () => {
  expect(isDatabaseAway(await errorOf(database.query('SELECT pg_sleep(60)')))).toBe(true);
});

it.each(['SELECT 1/0', 'SELECT FROM no_such_table', 'not SQL'])(
  'is not told of what was asked wrongly: %s',
  async (sql) => {
    expect(isDatabaseAway(await errorOf(database.query(sql)))).toBe(false);
  },
);

it('is not told of a fault of ours', () => {
  for (const error of [new TypeError('x is not a function'), 'text', undefined])
    expect(isDatabaseAway(error)).toBe(false);
});

it('is told of a server that ends under a statement, and of one that takes no connections then', async () => {
  const slow = errorOf(database.query('SELECT pg_terminate_backend(pg_backend_pid())'));
  expect(isDatabaseAway(await slow)).toBe(true);
  const name = new URL(test.url).pathname.slice(1);
  const server = await openDatabase({ url: testServerUrl(), name: 'admin', poolSize: 1, migrations: [] });
  await server.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
  await server.destroy();
  await errorOf(database.query('SELECT pg_terminate_backend(pg_backend_pid())'));
  expect(isDatabaseAway(await errorOf(database.query('SELECT 1')))).toBe(true);
});
