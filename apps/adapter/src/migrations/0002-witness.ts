import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `witnessed_checkpoint` is the checkpoint of each log that was cosigned last, as a note with the log's signature and our
 * cosignatures. `witnessed_fork` keeps both notes where a log signed another head of the size that was cosigned: the proof
 * that it shows two histories.
 */
export class Witness1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE witnessed_checkpoint (
        origin text PRIMARY KEY,
        size bigint NOT NULL CHECK (size >= 0),
        root bytea NOT NULL CHECK (length(root) = 32),
        note text NOT NULL,
        at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE witnessed_fork (
        origin text NOT NULL,
        size bigint NOT NULL,
        root bytea NOT NULL,
        at timestamptz NOT NULL,
        cosigned text NOT NULL,
        shown text NOT NULL,
        PRIMARY KEY (origin, size, root)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
