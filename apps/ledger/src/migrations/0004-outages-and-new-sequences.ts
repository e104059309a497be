import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `attended_at`: the clock by which the reconciler's deadlines run, and `cycle_at`, when it was moved; null before the first
 * cycle. It begins at the time of day, so that what waited before goes on to wait. `party_source`: what is known of a source
 * as a whole. The sequences that there are were begun before any named its database.
 */
export class OutagesAndNewSequences1700000000450 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE reconciliation ADD COLUMN attended_at timestamptz, ADD COLUMN cycle_at timestamptz',
    );
    await runner.query(`
      CREATE TABLE party_source (
        source text PRIMARY KEY,
        databases uuid[] NOT NULL,
        is_unnamed boolean NOT NULL,
        sequences integer NOT NULL,
        gaps integer NOT NULL,
        unplaced integer NOT NULL
      )`);
    await runner.query(`
      INSERT INTO party_source SELECT source, '{}', true, count(*), sum(jsonb_array_length(gaps) - 1), 0
      FROM party_sequence GROUP BY source`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
