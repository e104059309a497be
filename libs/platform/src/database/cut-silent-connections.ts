import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';

/**
 * Cuts a connection that one piece of work has had for longer than this: whoever waits on it is rejected, and the pool
 * makes another. The driver's own `query_timeout` would reject too, but leave the connection waiting, and TypeORM give it
 * back to the pool as sound.
 */
export function cutSilentConnections(database: DataSource, afterMs: number): void {
  const pool = poolOf(database);
  const timers = new WeakMap<PoolClient, NodeJS.Timeout>();
  pool.on('acquire', (client) => {
    const cut = () => client.connection.stream.destroy(new Error(`the database was silent for ${afterMs} ms`));
    timers.set(client, setTimeout(cut, afterMs));
  });
  pool.on('release', (_, client) => {
    clearTimeout(timers.get(client));
  });
}
