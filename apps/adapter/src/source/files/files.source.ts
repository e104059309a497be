import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { FileResource } from '../../config/department-resource.js';
import type { FilesSourceConfig } from '../../config/department-source.js';
import { probeOf, readRows } from '../sql/read-rows.js';
import { SqlTables } from '../sql/sql-tables.js';
import { parametersOf } from '../sql/statement.js';
import { SourceFailure, toSourceProblem } from '../source-failure.js';
import type { ScopedQuery, Source, SourceRow } from '../source.js';
import { Turns } from '../turns.js';
import { duckdbDialect } from './duckdb-dialect.js';
import { duckdbFailure } from './duckdb-failure.js';
import { FileViews } from './file-views.js';
import { hardenedDuckdb } from './hardened-duckdb.js';

/** A file that is replaced while it is read is read again, this often at the most. */
const TRIES = 3;

type Outcome = { readonly rows: readonly SourceRow[] } | { readonly failure: SourceFailure };

/** CSV and Parquet files, read in place at every query: a file that is replaced is a source that changed. */
export class FilesSource implements Source {
  private readonly turns: Turns;
  private readonly views: FileViews;
  private readonly tables: SqlTables;
  private readonly idle: DuckDBConnection[] = [];
  private instance: Promise<DuckDBInstance> | undefined;

  /** `folder`: where relative paths start. */
  constructor(
    private readonly config: FilesSourceConfig,
    resources: readonly FileResource[],
    folder: string,
  ) {
    this.views = new FileViews(resources, folder, config.utcOffset);
    this.tables = new SqlTables(this.views.tables, duckdbDialect);
    this.turns = new Turns(config.poolSize, config.maxWaiting);
  }

  async read(query: ScopedQuery, signal: AbortSignal): Promise<readonly SourceRow[]> {
    try {
      return await this.turns.run(signal, () => this.answer(query));
    } catch (error) {
      throw toSourceProblem(duckdbFailure(error));
    }
  }

  async check(): Promise<void> {
    const { signal } = new AbortController();
    try {
      for (const table of this.tables.all) await this.turns.run(signal, () => this.answer(probeOf(table)));
    } catch (error) {
      throw duckdbFailure(error);
    }
  }

  get load(): number {
    return this.turns.load;
  }

  async close(): Promise<void> {
    const instance = await this.instance;
    for (const connection of this.idle.splice(0)) connection.closeSync();
    instance?.closeSync();
  }

  private async answer(query: ScopedQuery): Promise<readonly SourceRow[]> {
    this.instance ??= hardenedDuckdb(this.config.memoryMiB, this.views.paths);
    const connection = this.idle.pop() ?? (await (await this.instance).connect());
    const overtime = setTimeout(() => {
      connection.interrupt();
    }, this.config.statementTimeoutMs);
    try {
      return await this.readUnchanged(connection, query);
    } finally {
      clearTimeout(overtime);
      this.idle.push(connection);
    }
  }

  /** What comes of a file that changed meanwhile counts for nothing, be it rows or an error. */
  private async readUnchanged(connection: DuckDBConnection, query: ScopedQuery): Promise<readonly SourceRow[]> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const fingerprint = await this.views.refresh(connection, query.resource);
      const outcome = await this.run(connection, query);
      if ((await this.views.fingerprintOf(query.resource)) === fingerprint) {
        if ('rows' in outcome) return outcome.rows;
        throw outcome.failure;
      }
    }
    throw new SourceFailure('SOURCE_UNAVAILABLE', `the file of ${query.resource} keeps changing`);
  }

  private async run(connection: DuckDBConnection, query: ScopedQuery): Promise<Outcome> {
    const statement = this.tables.statementFor(query);
    try {
      const reader = await connection.runAndReadAll(statement.text, parametersOf(statement, query) as string[]);
      const rows = reader.getRows() as (string | null)[][];
      return { rows: readRows(rows, query, this.tables.get(query.resource), '+00:00') };
    } catch (error) {
      return { failure: duckdbFailure(error) };
    }
  }
}
