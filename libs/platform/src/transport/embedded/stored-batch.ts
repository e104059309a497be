import type { Db, PgBoss } from 'pg-boss';
import { v7 as uuidV7 } from 'uuid';
import type { ReceivedPart } from '#events/transport.js';
import { NO_BATCH, jsonBytes, unpackBatch, type PackedBatch } from '../event-batch.js';
import { inTransaction } from './boss-transaction.js';

/*
 * Batches lie as bytes in a table of their own, each under the id of the job that is about it, and come and go in the job's
 * own transactions. What is in a job itself is JSON: on its way in it is parsed twice and copied some ten times, which cost
 * the database more than all else that it does for an event.
 */

type Statements = Pick<Db, 'executeSql'>;

/**
 * Two services that start at once make it once: whoever gets a table's lock, unlike an advisory one, sees what the one before
 * has made. What is compressed is stored as it is.
 */
const TABLE = `
  LOCK TABLE pgboss.version IN SHARE ROW EXCLUSIVE MODE;
  CREATE SCHEMA IF NOT EXISTS sluice_events;
  CREATE TABLE IF NOT EXISTS sluice_events.batch (id uuid PRIMARY KEY, frame bytea NOT NULL, proof text NOT NULL);
  ALTER TABLE sluice_events.batch ALTER COLUMN frame SET STORAGE EXTERNAL`;

/** Safe to repeat, and by several at once. Where the table is there, no right to make one is needed. */
export async function ensureBatchTable(db: Statements): Promise<void> {
  const { rows }: { rows: { table: string | null }[] } = await db.executeSql(
    "SELECT to_regclass('sluice_events.batch')::text AS table",
  );
  if (rows[0]?.table === null) await db.executeSql(TABLE);
}

/** A job and the batch that it is about: both are there when it resolves, and neither where it rejects. */
export async function sendBatch(boss: PgBoss, topic: string, { frame, proof }: PackedBatch): Promise<void> {
  // An id that grows: it settles the order of jobs that the clock of the database cannot tell apart.
  const id = uuidV7();
  await inTransaction(boss, async (db) => {
    const insert = 'INSERT INTO sluice_events.batch (id, frame, proof) VALUES ($1, $2, $3)';
    await db.executeSql(insert, [id, frame, proof]);
    const sent = await boss.send(topic, null, { id, db });
    if (sent === null) throw new Error(`The queue ${topic} did not take the events`);
  });
}

/** By their jobs' ids. */
export async function readBatches(db: Statements, ids: readonly string[]): Promise<ReadonlyMap<string, PackedBatch>> {
  const select = 'SELECT id, frame, proof FROM sluice_events.batch WHERE id = ANY ($1::uuid[])';
  const { rows }: { rows: (PackedBatch & { id: string })[] } = await db.executeSql(select, [ids]);
  return new Map(rows.map(({ id, frame, proof }) => [id, { frame, proof }]));
}

export async function removeBatches(db: Statements, ids: readonly string[]): Promise<void> {
  await db.executeSql('DELETE FROM sluice_events.batch WHERE id = ANY ($1::uuid[])', [ids]);
}

/** Of jobs that something else has removed: an earlier release, or an operator. */
export async function removeLeftovers(db: Statements): Promise<void> {
  await db.executeSql(
    'DELETE FROM sluice_events.batch WHERE NOT EXISTS (SELECT FROM pgboss.job WHERE job.id = batch.id)',
  );
}

/** A job that somebody else has put into the queue is one malformed message. */
export function toPart(batch: PackedBatch | undefined, job: unknown): ReceivedPart {
  if (batch !== undefined) return { bytes: batch.frame, proof: batch.proof, unpack: () => unpackBatch(batch.frame) };
  const raw = bytesOf(job);
  return { bytes: raw, unpack: () => [{ raw, malformed: NO_BATCH }] };
}

function bytesOf(job: unknown): Uint8Array {
  try {
    return jsonBytes(job);
  } catch {
    // Nested too deeply to be written. That it came is all that can be said of it.
    return new Uint8Array();
  }
}
