import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';

/**
 * One statement that the server parses and plans once a connection, under `name`: `text` must be the same whenever `name`
 * is. For statements that every exchange waits for, where planning costs more than executing. In a transaction of its own,
 * durable when it resolves; rejects with pg's error.
 *
 * Through the pool of TypeORM's own driver, because TypeORM passes no name on. A connection pooler in between has to
 * support prepared statements (PgBouncer 1.21 or newer in transaction mode).
 */
export async function queryPrepared<Row extends object>(
  database: DataSource,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await poolOf(database).query<Row>({ ...statement, values: [...values] });
  return rows;
}
