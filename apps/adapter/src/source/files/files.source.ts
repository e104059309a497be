import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileResource } from '../../config/department-resource.js';
import type { FilesSourceConfig } from '../../config/department-source.js';
import { probeOf, readRows } from '../sql/read-rows.js';
import { SqlTables } from '../sql/sql-tables.js';
import { parametersOf } from '../sql/statement.js';
import { toSourceProblem } from '../source-failure.js';
import type { ScopedQuery, Source, SourceRow } from '../source.js';
import { Turns } from '../turns.js';
import { duckdbDialect } from './duckdb-dialect.js';
import { duckdbFailure } from './duckdb-failure.js';
import { openFiles, type OpenFiles } from './hardened-duckdb.js';

/** CSV and Parquet files, read in place at every query: a file that is replaced is a source that changed. */
export class FilesSource implements Source {
  private readonly turns: Turns;
  private readonly idle: DuckDBConnection[] = [];
  private opening: Promise<OpenFiles> | undefined;
  private tables: SqlTables | undefined;

  /** `folder`: where relative paths start. */
  constructor(
    private readonly config: FilesSourceConfig,
    private readonly resources: readonly FileResource[],
    private readonly folder: string,
  ) {
    this.turns = new Turns(config.poolSize, config.maxWaiting);
  }

  async read(query: ScopedQuery, signal: AbortSignal): Promise<readonly SourceRow[]> {
    try {
      return await this.turns.run(signal, () => this.query(query));
    } catch (error) {
      throw toSourceProblem(duckdbFailure(error));
    }
  }

  async check(): Promise<void> {
    try {
      for (const resource of this.resources) await this.query(probeOf(resource));
    } catch (error) {
      throw duckdbFailure(error);
    }
  }

  get load(): number {
    return this.turns.load;
  }

  async close(): Promise<void> {
    const opened = await this.opening;
    for (const connection of this.idle.splice(0)) connection.closeSync();
    opened?.instance.closeSync();
  }

  private async query(query: ScopedQuery): Promise<readonly SourceRow[]> {
    const { instance, tables } = await this.open();
    this.tables ??= new SqlTables(tables, duckdbDialect);
    const statement = this.tables.statementFor(query);
    const connection = this.idle.pop() ?? (await instance.connect());
    const overtime = setTimeout(() => {
      connection.interrupt();
    }, this.config.statementTimeoutMs);
    try {
      const reader = await connection.runAndReadAll(statement.text, parametersOf(statement, query) as string[]);
      const rows = reader.getRows() as (string | null)[][];
      return readRows(rows, query, this.tables.get(query.resource), '+00:00');
    } finally {
      clearTimeout(overtime);
      this.idle.push(connection);
    }
  }

  /** A file that is missing now may be there later: what failed is tried again by the next who asks. */
  private open(): Promise<OpenFiles> {
    this.opening ??= openFiles(this.config, this.resources, this.folder).catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }
}
