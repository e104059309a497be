import pg from 'pg';
import { databaseUrl } from '#embedded/service-database.js';
import type { System } from '../support/system.js';

export interface TableLock {
  release(): Promise<void>;
}

/** Whoever reads or writes the table waits until `release`. The wait ends too when the connection does. */
export async function lockTable(url: string, table: string): Promise<TableLock> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  const [schema, name] = table.includes('.') ? table.split('.') : ['public', table];
  await client.query(
    `LOCK TABLE ${pg.escapeIdentifier(schema!)}.${pg.escapeIdentifier(name!)} IN ACCESS EXCLUSIVE MODE`,
  );
  return { release: () => client.end() };
}

/** Of the embedded transport: until `release` nothing can be published, and what is recorded waits in outboxes. */
export function holdTransport(system: System): Promise<TableLock> {
  const events = new URL(system.service('ledger').definition.environment.EVENTS_URL!);
  return lockTable(databaseUrl(system.databaseUrl('postgres'), { database: events.pathname.slice(1) }), 'pgboss.job');
}
