import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each service that publishes has this table in its own database; it comes first among its migrations. */
export class OutboxTable1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id uuid NOT NULL,
        type text NOT NULL,
        topic text NOT NULL,
        source text NOT NULL,
        time text NOT NULL,
        key text NOT NULL,
        traceparent text,
        data bytea NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (id, type)
      )`);
    await runner.query('CREATE INDEX outbox_recorded_at ON outbox (recorded_at, id, type)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
