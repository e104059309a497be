import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A `jsonb` refuses text with NUL, which a record can hold: one would stop the reconciler for ever. A `json` stays as it is. */
export class OpenExchangesAsWritten1700000000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE open_exchange ALTER COLUMN records TYPE json');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
