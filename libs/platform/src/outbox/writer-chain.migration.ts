import type { MigrationInterface, QueryRunner } from 'typeorm';
import { NOTHING_BEFORE } from '#events/link.js';

/**
 * The sequences in which a service's records stand: for each, the place of its next record. One that is `held` belongs to
 * one process, as long as it uses it and `epoch` is the one that it took; the `shared` one belongs to whoever locks it.
 */
export class WriterChainTable1700000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Room in each page for the next version of its rows: they change with every commit, and no index with them.
    await runner.query(`
      CREATE TABLE writer_chain (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        kind text NOT NULL CHECK (kind IN ('held', 'shared')),
        epoch bigint NOT NULL DEFAULT 1,
        number bigint NOT NULL DEFAULT 1 CHECK (number > 0),
        previous text NOT NULL DEFAULT '${NOTHING_BEFORE}' CHECK (length(previous) = 43),
        used_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 20)`);
    await runner.query("INSERT INTO writer_chain (kind) VALUES ('shared')");
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
