import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The clock by which the reconciler's deadlines run, and when it last looked at its own: see Reconciler. Null before the
 * first cycle. It begins at the time of day, so that what waited before goes on to wait.
 */
export class AttendedTime1700000000450 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE reconciliation ADD COLUMN attended_at timestamptz, ADD COLUMN cycle_at timestamptz');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
