import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Release1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The primary key is what makes a decision good for one release, in whichever process and after whatever restart.
    // `nonce` and `detail` open the entry's commitment; they are emptied where a person's traces are erased.
    await runner.query(`
      CREATE TABLE release (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        consumer text NOT NULL,
        resource text NOT NULL,
        rows int NOT NULL,
        decision text NOT NULL,
        entry bytea NOT NULL,
        nonce bytea,
        detail json
      )`);
    await runner.query('CREATE INDEX release_at ON release (at)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
