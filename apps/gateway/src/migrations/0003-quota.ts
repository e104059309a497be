import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Quota1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `leased` is what the last update took: RETURNING can then tell the process how much of it is its own.
    await runner.query(`
      CREATE TABLE quota_use (
        agreement text NOT NULL,
        period_start timestamptz NOT NULL,
        used bigint NOT NULL CHECK (used >= 0),
        leased bigint NOT NULL,
        PRIMARY KEY (agreement, period_start)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
