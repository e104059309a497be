import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each service that takes orders remembers them in its own database. The gateway's tables are the same, and older. */
export class SignedRequestTables1700000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE signed_request (
        id uuid PRIMARY KEY,
        created_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX signed_request_created_at ON signed_request (created_at)');
    // One row: until when there may have been some of which nothing is known any more.
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
