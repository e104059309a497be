import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { GroupCommit } from '#platform/group-commit.js';

/** As long as what a service stores of an exchange, in its tables and its outbox. */
const RECORD = Buffer.alloc(1024, 'r');
const ID_BYTES = 16;

export const createRecords = 'CREATE TABLE IF NOT EXISTS record (id bytea PRIMARY KEY, body bytea NOT NULL)';
const insertRecords = 'INSERT INTO record SELECT * FROM unnest($1::bytea[], $2::bytea[])';

/** One durable record an exchange, many exchanges a commit. */
export function records(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const log = new GroupCommit<Buffer, undefined>(async (ids) => {
    await pool.query({ name: 'record', text: insertRecords, values: [ids, ids.map(() => RECORD)] });
    return ids.map(() => undefined);
  });
  return { add: () => log.submit(randomBytes(ID_BYTES)), end: () => pool.end() };
}
