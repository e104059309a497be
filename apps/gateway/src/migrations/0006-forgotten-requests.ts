import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ForgottenRequests1700000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One row: until when signed requests may have been made of which nothing is known any more.
    await runner.query(`
      CREATE TABLE signed_request_forgotten (
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        until timestamptz NOT NULL
      )`);
    await runner.query("INSERT INTO signed_request_forgotten (until) VALUES ('-infinity')");
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
