import { Client } from 'pg';
import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessFailed } from '#events/access-failed.v1.js';
import type { Stage } from './gateway-under-test.js';

export interface RecordedDecision {
  readonly id: string;
  readonly consumer: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly repeats: string | null;
  readonly entry: AccessDecided;
  readonly nonce: Buffer | null;
  readonly request: string;
  readonly officer: string;
  readonly case_number: string;
  readonly authority: string;
  readonly signature_input: string;
  readonly signature: string;
  readonly content_digest: string;
  /** How many events of it wait in the outbox. */
  readonly events: number;
}

/** In the order in which they were decided. */
export function decisions(stage: Stage): Promise<RecordedDecision[]> {
  return stage.query<RecordedDecision>(
    `SELECT d.id, d.consumer, d.outcome, d.reason, d.repeats, convert_from(d.entry, 'UTF8')::json AS entry, detail.*,
       (SELECT count(*)::int FROM outbox WHERE outbox.id = d.id AND outbox.data = d.entry) AS events
     FROM access_decision d LEFT JOIN access_detail detail USING (id) ORDER BY d.at, d.id`,
  );
}

export function failures(stage: Stage): Promise<{ readonly id: string; readonly entry: AccessFailed }[]> {
  return stage.query(
    `SELECT id, convert_from(entry, 'UTF8')::json AS entry FROM access_failure
     WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.id = access_failure.id AND type = 'access.failed.v1') ORDER BY at, id`,
  );
}

/** Nothing is half recorded: rows of decisions, of details, and decisions that have exactly their own event. */
export async function counts(stage: Stage): Promise<{ decisions: number; details: number; events: number }> {
  const [row] = await stage.query<{ decisions: number; details: number; events: number }>(
    `SELECT (SELECT count(*) FROM access_decision)::int AS decisions, (SELECT count(*) FROM access_detail)::int AS details,
       (SELECT count(*) FROM outbox WHERE type = 'access.decided.v1')::int AS events`,
  );
  if (row === undefined) throw new Error('nothing was counted');
  return row;
}

/** Whoever holds this lock decides when an insert into a broken table fails. */
const FAILING = 4711;

export async function holdFailures(stage: Stage): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: stage.databaseUrl });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1)', [FAILING]);
  return () => client.end();
}

/** Makes every insert into the table fail, as a full disk or a lost primary would. */
export async function breakTable(stage: Stage, table: 'access_decision' | 'access_failure'): Promise<void> {
  await stage.query(`CREATE OR REPLACE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock(${FAILING}); RAISE EXCEPTION ''no space left in secret_tablespace''; END'`);
  await stage.query(`CREATE TRIGGER broken BEFORE INSERT ON ${table} EXECUTE FUNCTION break_it()`);
}

export async function mendTable(stage: Stage, table: 'access_decision' | 'access_failure'): Promise<void> {
  await stage.query(`DROP TRIGGER broken ON ${table}`);
}
