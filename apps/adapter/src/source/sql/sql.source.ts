import { toSourceProblem, type SourceFailure } from '../source-failure.js';
import type { ScopedQuery, Source, SourceRow } from '../source.js';
import { Turns } from '../turns.js';
import { probeOf } from './read-rows.js';
import type { SqlTables } from './sql-tables.js';

/** What all sources that speak SQL have in common: queries wait for their turn, and failures are told in our words. */
export abstract class SqlSource implements Source {
  protected readonly turns: Turns;

  protected constructor(
    limits: { readonly poolSize: number; readonly maxWaiting: number },
    protected readonly tables: SqlTables,
    private readonly failureOf: (error: unknown) => SourceFailure,
  ) {
    this.turns = new Turns(limits.poolSize, limits.maxWaiting);
  }

  async read(query: ScopedQuery, signal: AbortSignal): Promise<readonly SourceRow[]> {
    try {
      return await this.turns.run(signal, () => this.answer(query));
    } catch (error) {
      throw toSourceProblem(this.failureOf(error));
    }
  }

  async check(): Promise<void> {
    try {
      for (const table of this.tables.all) await this.probe(probeOf(table));
    } catch (error) {
      throw this.failureOf(error);
    }
  }

  get load(): number {
    return this.turns.load;
  }

  abstract close(): Promise<void>;

  /** Its turn has come. Rejects with whatever the driver does. */
  protected abstract answer(query: ScopedQuery): Promise<readonly SourceRow[]>;

  /** Past the line, so that a source under load is still known to be there. */
  protected probe(query: ScopedQuery): Promise<readonly SourceRow[]> {
    return this.answer(query);
  }
}
