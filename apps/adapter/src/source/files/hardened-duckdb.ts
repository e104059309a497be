import { DuckDBInstance } from '@duckdb/node-api';
import { sql } from 'kysely';
import type { Fragment } from '../sql/sql-dialect.js';
import { duckdbDialect } from './duckdb-dialect.js';

/**
 * A DuckDB in memory that can read the files of these paths, and do nothing else: no other file, no network, no extension,
 * no disk for intermediate results, and no way to undo this.
 */
export async function hardenedDuckdb(memoryMiB: number, paths: readonly string[]): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMiB}MiB`,
    temp_directory: '',
    // What was read of a file that has been replaced since is not to be read again.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    const allowed = paths.map((path) => sql.lit(path));
    await connection.run(textOf(sql`set allowed_paths = [${sql.join(allowed)}]`));
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  } finally {
    connection.closeSync();
  }
}

/** Statements that define take no parameters: literals are written by Kysely, quoted. */
export function textOf(fragment: Fragment): string {
  return fragment.compile(duckdbDialect.compiler).sql;
}
