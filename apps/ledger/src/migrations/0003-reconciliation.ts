import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the reconciler remembers. `reconciliation` has one row, which is locked by whoever takes a step, and for each shard
 * `reconciled_shard` says up to where it was read. `open_exchange` holds the records of exchanges that still miss one;
 * `party_sequence` the numbers that are missing of each sequence. `due`: when to look again.
 */
export class Reconciliation1700000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE reconciliation (single boolean PRIMARY KEY DEFAULT true CHECK (single))');
    await runner.query('INSERT INTO reconciliation DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE reconciled_shard (
        shard smallint PRIMARY KEY,
        position bigint NOT NULL CHECK (position >= 0)
      )`);
    await runner.query(`
      CREATE TABLE open_exchange (
        id uuid PRIMARY KEY,
        due timestamptz NOT NULL,
        records jsonb NOT NULL
      )`);
    await runner.query('CREATE INDEX open_exchange_due ON open_exchange (due)');
    await runner.query(`
      CREATE TABLE party_sequence (
        source text NOT NULL,
        chain uuid NOT NULL,
        gaps jsonb NOT NULL,
        due timestamptz,
        PRIMARY KEY (source, chain)
      )`);
    await runner.query('CREATE INDEX party_sequence_due ON party_sequence (due) WHERE due IS NOT NULL');
    await createAlerts(runner);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

/**
 * `subject` is the exchange or the sequence, and `finding` tells apart what can be wrong with it: together they are why a
 * finding becomes an alert once. `alert_change.note` is what stays off the log.
 */
async function createAlerts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE alert (
      id uuid PRIMARY KEY,
      kind text NOT NULL,
      owner text NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'explained', 'resolved')),
      subject uuid NOT NULL,
      finding text NOT NULL,
      source text,
      first bigint,
      last bigint,
      members text[] NOT NULL,
      evidence jsonb NOT NULL,
      came integer NOT NULL DEFAULT 0,
      found_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      UNIQUE (subject, finding),
      CHECK ((source IS NULL) = (first IS NULL) AND (first IS NULL) = (last IS NULL))
    )`);
  await runner.query('CREATE INDEX alert_state ON alert (state, id)');
  await runner.query('CREATE INDEX alert_owner ON alert (owner, id)');
  await runner.query(`
    CREATE TABLE alert_change (
      entry uuid PRIMARY KEY,
      alert uuid NOT NULL REFERENCES alert,
      at timestamptz NOT NULL,
      action text NOT NULL CHECK (action IN ('found', 'came', 'explained', 'resolved')),
      state text NOT NULL,
      by text,
      reason text,
      note text,
      evidence jsonb NOT NULL
    )`);
  await runner.query('CREATE INDEX alert_change_alert ON alert_change (alert, entry)');
}
