import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { FileResource } from '../../config/department-resource.js';
import type { FilesSourceConfig } from '../../config/department-source.js';
import { readRows } from '../sql/read-rows.js';
import { SqlSource } from '../sql/sql.source.js';
import { SqlTables } from '../sql/sql-tables.js';
import { parametersOf } from '../sql/statement.js';
import { SourceFailure } from '../source-failure.js';
import type { ScopedQuery, SourceRow } from '../source.js';
import { duckdbDialect } from './duckdb-dialect.js';
import { duckdbFailure } from './duckdb-failure.js';
import { FileViews } from './file-views.js';
import { hardenedDuckdb } from './hardened-duckdb.js';

/** A file that is replaced while it is read is read again, this often at the most. */
const TRIES = 3;

type Outcome = { readonly rows: readonly SourceRow[] } | { readonly failure: SourceFailure };

/** CSV and Parquet files, read in place at every query: a file that is replaced is a source that changed. */
export class FilesSource extends SqlSource {
  private readonly views: FileViews;
  private readonly idle: DuckDBConnection[] = [];
  private instance: Promise<DuckDBInstance> | undefined;

  /** `folder`: where relative paths start. */
  constructor(
    private readonly config: FilesSourceConfig,
    resources: readonly FileResource[],
    folder: string,
  ) {
    const views = new FileViews(resources, folder, config.utcOffset);
    super(config, new SqlTables(views.tables, duckdbDialect), duckdbFailure);
    this.views = views;
  }

  async close(): Promise<void> {
    const instance = await this.instance;
    for (const connection of this.idle.splice(0)) connection.closeSync();
    instance?.closeSync();
  }

  /** Each connection takes its share of memory, so that a probe waits for its turn as well. */
  protected override probe(query: ScopedQuery): Promise<readonly SourceRow[]> {
    return this.turns.run(new AbortController().signal, () => this.answer(query));
  }

  protected async answer(query: ScopedQuery): Promise<readonly SourceRow[]> {
    this.instance ??= hardenedDuckdb(this.config.memoryMiB, this.views.paths);
    const connection = this.idle.pop() ?? (await (await this.instance).connect());
    try {
      return await this.readUnchanged(connection, query);
    } finally {
      this.idle.push(connection);
    }
  }

  /** What comes of a file that changed meanwhile counts for nothing, be it rows or an error. All attempts share one time limit. */
  private async readUnchanged(connection: DuckDBConnection, query: ScopedQuery): Promise<readonly SourceRow[]> {
    const deadline = performance.now() + this.config.statementTimeoutMs;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const fingerprint = await before(deadline, connection, () => this.views.refresh(connection, query.resource));
      const outcome = await before(deadline, connection, () => this.run(connection, query));
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

/**
 * Interrupts what the connection does at the deadline, in milliseconds of `performance.now()`, and then again and again: an
 * interruption between two statements goes lost. Rejects with SOURCE_TIMEOUT, and starts nothing, once it is past.
 */
async function before<T>(deadline: number, connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  const left = deadline - performance.now();
  if (left <= 0) throw new SourceFailure('SOURCE_TIMEOUT', 'the file changed, and no time is left to read it again');
  const overtime = setInterval(() => {
    connection.interrupt();
  }, left);
  try {
    return await work();
  } finally {
    clearInterval(overtime);
  }
}
