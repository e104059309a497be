import { DataSource, type MigrationInterface } from 'typeorm';

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly poolSize?: number;
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** An idle connection broke. The pool replaces it; readiness will tell if it cannot. */
  readonly onPoolError?: (error: Error) => void;
}

/** One number for all of Sluice: services that share a server but not a database do not meet on it. */
const MIGRATION_LOCK = 0x51_17_ce;

/**
 * Connects and brings the schema up to date. Several processes may start at once: one migrates, the others wait for it.
 * Rejects if the database cannot be reached or a migration fails; nothing of a failed migration stays.
 */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const database = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.name,
    poolSize: options.poolSize ?? 8,
    migrations: [...options.migrations],
    migrationsTransactionMode: 'each',
    poolErrorHandler: (error: Error) => options.onPoolError?.(error),
    connectTimeoutMS: 10_000,
  });
  await database.initialize();
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

async function migrate(database: DataSource): Promise<void> {
  await using runner = database.createQueryRunner();
  await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await database.runMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}
