import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A shard takes the events of one partition until it is closed; then another one does. `partition` is null in rows of the
 * release before, where it was the shard's number, and for the root log. `rooted` is the index in the root log of the
 * shard's checkpoint that was entered last: a note that is written after the entry, so it may lag behind by one group.
 */
export class ShardsThatClose1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE shard
        ADD COLUMN partition smallint CHECK (partition >= 0),
        ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN closed_at timestamptz,
        ADD COLUMN rooted bigint`);
    await runner.query(
      'UPDATE shard SET opened_at = sequenced_at FROM batch WHERE batch.shard = shard.number AND batch.first = 0',
    );
    await runner.query('CREATE UNIQUE INDEX shard_open ON shard (coalesce(partition, number)) WHERE closed_at IS NULL');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
