import { Pool, type ClientBase, type CustomTypesConfig, type PoolConfig } from 'pg';
import type { PostgresSourceConfig } from '../../config/department-source.js';
import type { SqlTable } from '../sql/build-statement.js';
import { readRows } from '../sql/read-rows.js';
import { SqlSource } from '../sql/sql.source.js';
import { SqlTables } from '../sql/sql-tables.js';
import { parametersOf } from '../sql/statement.js';
import type { ScopedQuery, SourceRow } from '../source.js';
import { postgresDialect } from './postgres-dialect.js';
import { postgresFailure } from './postgres-failure.js';

/** How long the driver waits past the server's own time limit, for a server that has gone silent. Milliseconds. */
const GRACE = 1000;
const CONNECT_TIMEOUT = 3000;

/** Everything stays text: the driver's own parsers move dates by the process's time zone and round large numbers. */
const asText: CustomTypesConfig = { getTypeParser: () => (value: string | Buffer) => value };

type TextRow = (string | null)[];

/** The pool waits for the hook and drops a connection that it rejects; its published type says less. */
type RestrictedPool = Omit<PoolConfig, 'onConnect'> & { readonly onConnect: (client: ClientBase) => Promise<void> };

/** A department's PostgreSQL. Sessions are read-only with a time limit for each statement. */
export class PostgresSource extends SqlSource {
  private readonly pool: Pool;

  constructor(
    private readonly config: PostgresSourceConfig,
    tables: readonly SqlTable[],
    onIdleError: (error: Error) => void,
  ) {
    super(config, new SqlTables(tables, postgresDialect), postgresFailure);
    const options: RestrictedPool = {
      connectionString: config.url,
      max: config.poolSize,
      application_name: 'sluice-adapter',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      query_timeout: config.statementTimeoutMs + GRACE,
      keepAlive: true,
      onConnect: (client) => restrict(client, config),
    };
    this.pool = new Pool(options);
    this.pool.on('error', onIdleError);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  protected async answer(query: ScopedQuery): Promise<readonly SourceRow[]> {
    const statement = this.tables.statementFor(query);
    const { rows } = await this.pool.query<TextRow>({
      ...(statement.name === undefined ? {} : { name: statement.name }),
      text: statement.text,
      values: parametersOf(statement, query),
      rowMode: 'array',
      types: asText,
    });
    return readRows(rows, query, this.tables.get(query.resource), this.config.utcOffset);
  }
}

/**
 * Once for each new connection, before anything else runs on it; a connection that cannot be restricted is not used.
 * Settings and not start-up options: a connection pooler drops those.
 */
async function restrict(client: ClientBase, { statementTimeoutMs, utcOffset }: PostgresSourceConfig): Promise<void> {
  await client.query(
    `select set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', $1, false),
       set_config('datestyle', 'ISO, YMD', false), set_config('timezone', $2, false),
       set_config('extra_float_digits', '1', false)`,
    [`${statementTimeoutMs}ms`, posixZone(utcOffset)],
  );
}

/** POSIX counts westward: +08:00 is `<+08:00>-08:00`. */
function posixZone(utcOffset: string): string {
  const westward = utcOffset.startsWith('-') ? '+' : '-';
  return `<${utcOffset}>${westward}${utcOffset.slice(1)}`;
}
