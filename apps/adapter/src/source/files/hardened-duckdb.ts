import { resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { sql } from 'kysely';
import type { FileResource } from '../../config/department-resource.js';
import type { FilesSourceConfig } from '../../config/department-source.js';
import type { SqlTable } from '../sql/build-statement.js';
import type { Fragment } from '../sql/sql-dialect.js';
import { duckdbDialect } from './duckdb-dialect.js';
import { fileTable, fileView, pathOf, type FileColumn } from './file-view.js';

/** A DuckDB in memory with one view a resource. */
export interface OpenFiles {
  readonly instance: DuckDBInstance;
  readonly tables: readonly SqlTable[];
}

/**
 * Opens the files, read-only by construction: the database is in memory and holds views alone. Then it is locked: no other
 * file, no network, no extension, no disk for intermediate results, and no way to undo this.
 */
export async function openFiles(
  config: FilesSourceConfig,
  resources: readonly FileResource[],
  folder: string,
): Promise<OpenFiles> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${config.memoryMiB}MiB`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    const tables: SqlTable[] = [];
    for (const [index, resource] of resources.entries()) {
      tables.push(await createView(connection, `resource_${index}`, resource, folder, config.utcOffset));
    }
    const paths = resources.map(({ from }) => sql.lit(resolve(folder, pathOf(from))));
    await connection.run(textOf(sql`set allowed_paths = [${sql.join(paths)}]`));
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
    return { instance, tables };
  } catch (error) {
    instance.closeSync();
    throw error;
  } finally {
    connection.closeSync();
  }
}

async function createView(
  connection: DuckDBConnection,
  name: string,
  resource: FileResource,
  folder: string,
  utcOffset: string,
): Promise<SqlTable> {
  const path = resolve(folder, pathOf(resource.from));
  const columns = await describe(connection, fileTable(resource.from, path));
  const table = fileTable(resource.from, path, columns);
  await connection.run(textOf(fileView(name, resource, table, columns, minutesAheadOf(utcOffset))));
  const fields = Object.entries(resource.fields).map(([field, { type, title, operators }]) => {
    return [field, { type, title, operators }] as const;
  });
  return { id: resource.id, key: resource.key, from: { table: name }, fields: Object.fromEntries(fields) };
}

/** Reads the file's first lines or its footer. */
async function describe(connection: DuckDBConnection, table: Fragment): Promise<FileColumn[]> {
  const reader = await connection.runAndReadAll(textOf(sql`select * from ${table} limit 0`));
  const types = reader.columnTypes();
  return reader.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
}

/** Statements that define take no parameters: literals are written by Kysely, quoted. */
function textOf(fragment: Fragment): string {
  return fragment.compile(duckdbDialect.compiler).sql;
}

function minutesAheadOf(utcOffset: string): number {
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  return (hours * 60 + minutes) * (utcOffset.startsWith('-') ? -1 : 1);
}
