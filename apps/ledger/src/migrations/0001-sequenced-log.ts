import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `shard` is the head of each log. `batch` holds the entries, a row for each sequenced batch: `entries` is the zstd frame
 * of their bundle (for each entry, big-endian u16 length and bytes), `root` the tree's after it. It is stored as it is,
 * since a second compression would only cost. `sequenced_event` is what deduplication and look-ups by event need;
 * `variant` is 0 but for events that claim the identity of another.
 */
export class SequencedLog1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shard (
        number smallint PRIMARY KEY CHECK (number >= 0),
        origin text NOT NULL UNIQUE,
        epoch bigint NOT NULL,
        size bigint NOT NULL CHECK (size >= 0),
        root bytea NOT NULL CHECK (length(root) = 32),
        frontier bytea NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE batch (
        shard smallint NOT NULL REFERENCES shard,
        first bigint NOT NULL CHECK (first >= 0),
        count integer NOT NULL CHECK (count > 0),
        root bytea NOT NULL CHECK (length(root) = 32),
        sequenced_at timestamptz NOT NULL DEFAULT now(),
        entries bytea NOT NULL,
        PRIMARY KEY (shard, first)
      )`);
    await runner.query('ALTER TABLE batch ALTER COLUMN entries SET STORAGE EXTERNAL');
    await runner.query(`
      CREATE TABLE sequenced_event (
        event uuid NOT NULL,
        index bigint NOT NULL,
        variant integer NOT NULL,
        shard smallint NOT NULL,
        tag smallint NOT NULL,
        leaf bytea NOT NULL,
        PRIMARY KEY (event, tag, variant)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
