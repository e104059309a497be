import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What else the reconciler has left in its tables, which nothing else may change: `entries_read` is the sum of all positions,
 * `sources` and `alerts` are how many there are. `totals_at` is the `cycle_at` of the cycle that holds all of them up, with
 * `open_exchanges`; where it is another, they are counted anew: the release before does not keep them.
 */
export class TotalsOfTheReconciler1700000000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE reconciliation
         ADD COLUMN totals_at timestamptz, ADD COLUMN entries_read bigint, ADD COLUMN sources bigint, ADD COLUMN alerts bigint`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
