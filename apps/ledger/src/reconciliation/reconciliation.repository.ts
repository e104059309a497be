import type { DataSource } from 'typeorm';
import type { Sequence, SequenceName } from '#reconcile/sequences.js';
import { ROOT_SHARD } from '../shards/shard.js';
import { LedgerError } from '../ledger-error.js';
import { ReconciliationStep } from './reconciliation-step.repository.js';
import { SEE_RUNBOOK } from './totals.js';

/** How far the reconciler has read a shard, and how much there is. */
export interface ShardProgress {
  readonly shard: number;
  readonly position: number;
  readonly size: number;
}

export class ReconciliationRepository {
  constructor(private readonly database: DataSource) {}

  /** Of every shard that there is, by number. Plain reads: no writer waits for them. */
  async progress(): Promise<readonly ShardProgress[]> {
    const rows = await this.database.query<{ shard: number; position: string; size: string }[]>(
      `SELECT number AS shard, coalesce(position, 0) AS position, size
       FROM shard LEFT JOIN reconciled_shard ON reconciled_shard.shard = number
       WHERE number <> ${ROOT_SHARD} ORDER BY number`,
    );
    return rows.map(({ shard, position, size }) => ({ shard, position: Number(position), size: Number(size) }));
  }

  /** Exchanges that miss a record which may still come. */
  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ count: string }[]>('SELECT count(*) FROM open_exchange');
    return Number(row?.count ?? 0);
  }

  /** Sequences that were seen, by source and name, from the one on that is behind the one given. */
  async sequences(limit: number, after: SequenceName | undefined): Promise<readonly Sequence[]> {
    return this.database.query<Sequence[]>(
      `SELECT source, chain::text AS chain, gaps FROM party_sequence
       WHERE $2::text IS NULL OR (source, chain) > ($2, $3::uuid) ORDER BY source, chain LIMIT $1`,
      [limit, after?.source ?? null, after?.chain ?? null],
    );
  }

  /**
   * One step: all of what `work` stores, or nothing. Undefined, and nothing done, while another process takes one. Throws
   * RECONCILIATION_DAMAGED where the row that says so is gone. The commit is not waited for unless `work` asks for it: what
   * is lost with the server's memory is lost whole, and read again.
   */
  async step<Result>(work: (step: ReconciliationStep) => Promise<Result>): Promise<Result | undefined> {
    return this.database.transaction(async (transaction) => {
      await transaction.query('SET LOCAL synchronous_commit = off');
      const rows = await transaction.query<unknown[]>('SELECT 1 FROM reconciliation FOR UPDATE SKIP LOCKED');
      if (rows.length > 0) return work(new ReconciliationStep(transaction));
      requireRow(await transaction.query<unknown[]>('SELECT 1 FROM reconciliation'));
      return undefined;
    });
  }
}

/** It is locked, and that is all. */
function requireRow(rows: readonly unknown[]): void {
  if (rows.length === 0) throw new LedgerError('RECONCILIATION_DAMAGED', `reconciliation is empty: ${SEE_RUNBOOK}`);
}
