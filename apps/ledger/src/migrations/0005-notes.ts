import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What opens the commitment to a note, and what is left of a note that was erased. A note of before has no commitment and no
 * nonce: the log never said anything of it. `party`: for whom the change was said, if not for the operators.
 */
export class Notes1700000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE alert_change
        ADD COLUMN party text,
        ADD COLUMN commitment text,
        ADD COLUMN nonce bytea,
        ADD COLUMN erased_at timestamptz,
        ADD COLUMN erased_by text,
        ADD COLUMN erased_ground text,
        ADD CHECK (nonce IS NULL OR (note IS NOT NULL AND commitment IS NOT NULL)),
        ADD CHECK (erased_at IS NULL OR (note IS NULL AND erased_by IS NOT NULL AND erased_ground IS NOT NULL))`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
