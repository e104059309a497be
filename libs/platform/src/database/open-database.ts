import { DataSource, type MigrationInterface } from 'typeorm';
import { cutSilentConnections } from './cut-silent-connections.js';
import { LosableClient } from './losable-client.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly poolSize?: number;
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** A statement that takes longer is given up, and a server that says nothing for longer too. Not so migrations. */
  readonly statementTimeoutMs?: number;
  /** An idle connection broke. The pool replaces it; readiness will tell if it cannot. */
  readonly onPoolError?: (error: Error) => void;
}

/** One number for all of Sluice: services that share a server but not a database do not meet on it. */
const MIGRATION_LOCK = 0x51_17_ce;

const STATEMENT_TIMEOUT_MS = 10_000;
/** For a new connection, and for one that others have. */
const CONNECT_TIMEOUT_MS = 5000;
/** How long the server has, past its own time limit, to say that it has given a statement up. */
const GRACE_MS = 2000;

/**
 * Brings the schema up to date and connects. Several processes may start at once: one migrates, the others wait for it.
 * Rejects if the database cannot be reached or a migration fails; nothing of a failed migration stays. Whatever is asked
 * of the database rejects within the time limit, and while its connections are lost it is asked on new ones.
 */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  await migrate(options);
  const limit = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const database = describe(options, { poolSize: options.poolSize ?? 8, extra: { statement_timeout: limit } });
  await database.initialize();
  cutSilentConnections(database, limit + GRACE_MS);
  return database;
}

/** On connections of its own, without a time limit: a large table takes what it takes, and so does another process. */
async function migrate(options: DatabaseOptions): Promise<void> {
  const database = describe(options, { poolSize: 2, migrations: [...options.migrations] });
  await database.initialize();
  try {
    await using runner = database.createQueryRunner();
    // Held until the connection ends.
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
  } finally {
    await database.destroy();
  }
}

interface Connections {
  readonly poolSize: number;
  readonly migrations?: (new () => MigrationInterface)[];
  /** For the driver itself. */
  readonly extra?: Readonly<Record<string, number>>;
}

function describe({ url, name, onPoolError }: DatabaseOptions, connections: Connections): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: name,
    migrationsTransactionMode: 'each',
    poolErrorHandler: (error: Error) => onPoolError?.(error),
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    ...connections,
    extra: { Client: LosableClient, ...connections.extra },
  });
}
