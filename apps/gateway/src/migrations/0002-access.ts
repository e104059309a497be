import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Access1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The primary key is the replay check: one signature gives one id, in whichever process it arrives.
    await runner.query(`
      CREATE TABLE access_decision (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        consumer text NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('permit', 'deny')),
        reason text,
        repeats uuid,
        entry bytea NOT NULL,
        CHECK ((reason IS NULL) = (outcome = 'permit'))
      )`);
    // Off the log, and no foreign key: a row may be erased while its decision stays, and each key costs every exchange.
    await runner.query(`
      CREATE TABLE access_detail (
        id uuid PRIMARY KEY,
        nonce bytea NOT NULL,
        request text NOT NULL,
        officer text NOT NULL,
        case_number text NOT NULL,
        authority text NOT NULL,
        signature_input text NOT NULL,
        signature text NOT NULL,
        content_digest text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE access_failure (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        reason text NOT NULL,
        entry bytea NOT NULL
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
