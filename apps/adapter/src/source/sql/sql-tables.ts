import type { ScopedQuery } from '../source.js';
import { buildStatement, type SqlTable } from './build-statement.js';
import type { SqlDialect } from './sql-dialect.js';
import { StatementCache, type ReadyStatement } from './statement-cache.js';

/** The tables of a source that speaks SQL, by the ids of their resources, with their statements. */
export class SqlTables {
  private readonly byId: ReadonlyMap<string, SqlTable>;
  private readonly statements: StatementCache;

  constructor(
    readonly all: readonly SqlTable[],
    dialect: SqlDialect,
  ) {
    this.byId = new Map(all.map((table) => [table.id, table]));
    this.statements = new StatementCache((query) => buildStatement(query, this.get(query.resource), dialect));
  }

  get(resource: string): SqlTable {
    const table = this.byId.get(resource);
    if (table === undefined) throw new RangeError(`this source has no resource ${resource}`);
    return table;
  }

  statementFor(query: ScopedQuery): ReadyStatement {
    return this.statements.statementFor(query);
  }
}
