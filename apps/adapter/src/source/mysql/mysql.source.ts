import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import type { MysqlSourceConfig } from '../../config/department-source.js';
import type { SqlTable } from '../sql/build-statement.js';
import { readRows } from '../sql/read-rows.js';
import { SqlSource } from '../sql/sql.source.js';
import { SqlTables } from '../sql/sql-tables.js';
import { parametersOf } from '../sql/statement.js';
import { SourceFailure } from '../source-failure.js';
import type { ScopedQuery, SourceRow } from '../source.js';
import { mysqlDialect } from './mysql-dialect.js';
import { breaksConnection, mysqlFailure } from './mysql-failure.js';

/** How long the driver waits past the server's own time limit. Milliseconds. */
const GRACE = 1000;
const CONNECT_TIMEOUT = 3000;

type TextRow = readonly (string | null)[];

/** A department's MySQL or MariaDB. Sessions are read-only with a time limit for each statement. */
export class MysqlSource extends SqlSource {
  private readonly pool: Pool;
  /** The driver's connections that are read-only already. */
  private readonly restricted = new WeakSet();

  constructor(
    private readonly config: MysqlSourceConfig,
    tables: readonly SqlTable[],
  ) {
    super(config, new SqlTables(tables, mysqlDialect(config.utcOffset)), mysqlFailure);
    this.pool = createPool({
      uri: config.url,
      connectionLimit: config.poolSize,
      connectTimeout: CONNECT_TIMEOUT,
      charset: 'utf8mb4_bin',
      enableKeepAlive: true,
      maxPreparedStatements: 200,
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  protected async answer(query: ScopedQuery): Promise<readonly SourceRow[]> {
    const statement = this.tables.statementFor(query);
    const rows = await this.onRestricted(async (connection) => {
      const [found] = await connection.execute<RowDataPacket[][]>({
        sql: statement.text,
        values: parametersOf(statement, query),
        rowsAsArray: true,
        timeout: this.config.statementTimeoutMs + GRACE,
      });
      return found.map(textRow);
    });
    return readRows(rows, query, this.tables.get(query.resource), this.config.utcOffset);
  }

  private async onRestricted<T>(task: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await this.pool.getConnection();
    try {
      if (!this.restricted.has(connection.connection)) {
        await restrict(connection, this.config);
        this.restricted.add(connection.connection);
      }
      const result = await task(connection);
      connection.release();
      return result;
    } catch (error) {
      if (breaksConnection(error)) connection.destroy();
      else connection.release();
      throw error;
    }
  }
}

async function restrict(connection: PoolConnection, config: MysqlSourceConfig): Promise<void> {
  const [[row]] = await connection.query<RowDataPacket[]>('select version() as version');
  const isMariaDb = String(row?.version).includes('MariaDB');
  await connection.query('set session transaction read only');
  await connection.query("set session sql_mode = '', time_zone = ?", [config.utcOffset]);
  // MariaDB counts seconds, MySQL milliseconds.
  if (isMariaDb) await connection.query('set session max_statement_time = ?', [config.statementTimeoutMs / 1000]);
  else await connection.query('set session max_execution_time = ?', [config.statementTimeoutMs]);
}

/** Every output is cast to text; anything else would be a number or a date that the driver made. */
function textRow(row: readonly unknown[]): TextRow {
  return row.map((value) => {
    if (value === null || typeof value === 'string') return value;
    throw new SourceFailure('SOURCE_ANSWER_INVALID', `the driver gave a ${typeof value} for a text`);
  });
}
