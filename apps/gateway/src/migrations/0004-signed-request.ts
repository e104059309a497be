import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SignedRequest1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Signed requests other than exchanges, kept for as long as their signatures are inside the clock window.
    await runner.query(`
      CREATE TABLE signed_request (
        id uuid PRIMARY KEY,
        created_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX signed_request_created_at ON signed_request (created_at)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
