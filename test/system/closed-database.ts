import pg from 'pg';
import type { System } from '../support/system.js';

/** Cuts whoever is connected to the database of a service or source, and lets nobody connect again. */
export async function closeDatabase(system: System, of: string): Promise<void> {
  await allowConnections(system, of, false);
  const name = system.databaseOf(of);
  await system.query('postgres', 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
}

export async function openDatabase(system: System, of: string): Promise<void> {
  await allowConnections(system, of, true);
}

async function allowConnections(system: System, of: string, allowed: boolean): Promise<void> {
  const name = pg.escapeIdentifier(system.databaseOf(of));
  await system.query('postgres', `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`);
}
