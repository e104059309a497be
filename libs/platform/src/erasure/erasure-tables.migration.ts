import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each service that keeps what opens commitments has these tables in its own database. */
export class ErasureTables1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Under which keys handles were made: see SubjectIndex.
    await runner.query(`
      CREATE TABLE subject_scope (
        department text NOT NULL,
        purpose text NOT NULL,
        PRIMARY KEY (department, purpose)
      )`);
    // What is left of a detail. Nothing of whom it was about, nor which of them were about one person.
    await runner.query(`
      CREATE TABLE erasure (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        by text NOT NULL,
        ground text NOT NULL,
        entry bytea NOT NULL
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
