import { openDatabase } from '#platform/database/open-database.js';
import { createTestDatabase, templateDatabase } from '../../../test/support/postgres.js';
import { migrations } from '../src/migrations/migrations.js';

type Database = Awaited<ReturnType<typeof openDatabase>>;

export interface LedgerDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
  /** Another pool on the same database: another process, as far as PostgreSQL can tell. */
  connect(): Promise<Database>;
  /** Cuts its connections, and keeps what it holds: others can then be made like it. */
  close(): Promise<void>;
}

export interface LedgerDatabaseOptions {
  readonly tablespace?: string | undefined;
  /** One that was closed: the new one holds what it does. */
  readonly like?: LedgerDatabase;
}

/** A fresh database with the ledger's schema, empty or like another. */
export async function ledgerDatabase({ tablespace, like }: LedgerDatabaseOptions = {}): Promise<LedgerDatabase> {
  const template = like === undefined ? await emptyTemplate() : new URL(like.url).pathname.slice(1);
  const test = await createTestDatabase({ template, tablespace });
  const pools: Database[] = [];
  const close = async () => {
    await Promise.all(pools.filter((pool) => pool.isInitialized).map((pool) => pool.destroy()));
  };
  const connect = async () => {
    const pool = await open(test.url);
    pools.push(pool);
    return pool;
  };
  return {
    url: test.url,
    database: await connect(),
    connect,
    close,
    async [Symbol.asyncDispose]() {
      await close();
      await test.drop();
    },
  };
}

function emptyTemplate(): Promise<string> {
  return templateDatabase(`ledger ${migrations.map(({ name }) => name).join(' ')}`, async (url) => {
    await (await open(url)).destroy();
  });
}

function open(url: string): Promise<Database> {
  return openDatabase({ url, name: 'ledger test', poolSize: 4, migrations });
}
