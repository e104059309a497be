import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each service that can find the records of a person has this table in its own database: see SubjectIndex. */
export class SubjectScopeTable1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subject_scope (
        department text NOT NULL,
        purpose text NOT NULL,
        PRIMARY KEY (department, purpose)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
