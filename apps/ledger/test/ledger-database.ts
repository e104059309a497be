import { openDatabase } from '#platform/database/open-database.js';
import { createTestDatabase, templateDatabase } from '../../../test/support/postgres.js';
import { migrations } from '../src/migrations/migrations.js';

type Database = Awaited<ReturnType<typeof openDatabase>>;

export interface LedgerDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
  /** Another pool on the same database: another process, as far as PostgreSQL can tell. */
  connect(): Promise<Database>;
}

/** A fresh database with the ledger's schema. */
export async function ledgerDatabase(tablespace?: string): Promise<LedgerDatabase> {
  const template = await templateDatabase(`ledger ${migrations.map(({ name }) => name).join(' ')}`, async (url) => {
    await (await open(url)).destroy();
  });
  const test = await createTestDatabase({ template, tablespace });
  const pools: Database[] = [];
  const connect = async () => {
    const pool = await open(test.url);
    pools.push(pool);
    return pool;
  };
  return {
    url: test.url,
    database: await connect(),
    connect,
    async [Symbol.asyncDispose]() {
      await Promise.all(pools.filter((pool) => pool.isInitialized).map((pool) => pool.destroy()));
      await test.drop();
    },
  };
}

function open(url: string): Promise<Database> {
  return openDatabase({ url, name: 'ledger test', poolSize: 4, migrations });
}
