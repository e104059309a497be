import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `open_exchanges`: how many rows of `open_exchange` the reconciler has left there, which nothing else may take away; null
 * where they are to be counted. `counted_at` is the `cycle_at` of the cycle that holds it up: the release before moves that
 * alone, and what it leaves is counted anew.
 */
export class CountOfOpenExchanges1700000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE reconciliation ADD COLUMN open_exchanges bigint, ADD COLUMN counted_at timestamptz',
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
