import type { EntityManager } from 'typeorm';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import type { AlertState } from '#exchange/alert.js';
import { insertIntoOutbox } from '#platform/outbox/outbox.repository.js';
import { linkInTransaction } from '#platform/outbox/writer-chain.repository.js';
import { missingKinds, type Arrival, type Evidence, type Finding } from '#reconcile/findings.js';
import { changedEvent, foundEvent, newId, type Change } from './alert-events.js';

export type Transaction = Pick<EntityManager, 'query'>;

/** Whether a record that was reported missing came since, for each of these exchanges of which one was reported. */
export async function missedOf(transaction: Transaction, exchanges: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await transaction.query<{ subject: string; came: number }[]>(
    'SELECT subject::text AS subject, came FROM alert WHERE subject = ANY($1::uuid[]) AND kind = ANY($2::text[])',
    [exchanges, missingKinds],
  );
  return new Map(rows.map(({ subject, came }) => [subject, came > 0]));
}

/**
 * An alert and its event for each finding that was not made before, with everything else of the transaction or not at all.
 * Gives the events, to be published once it is committed.
 */
export async function raiseAlerts(
  transaction: Transaction,
  findings: readonly Finding[],
  now: Date,
): Promise<readonly SluiceEvent[]> {
  if (findings.length === 0) return [];
  const named = new Map(findings.map((finding) => [newId(now), finding]));
  const rows = await transaction.query<{ id: string }[]>(
    `INSERT INTO alert (id, kind, owner, state, subject, finding, source, first, last, members, evidence, found_at, changed_at)
     SELECT id, kind, owner, 'open', subject, finding, source, first, last, members, evidence, $2::timestamptz, $2
     FROM jsonb_to_recordset($1::jsonb) AS one (id uuid, kind text, owner text, subject uuid, finding text, source text,
       first bigint, last bigint, members text[], evidence jsonb)
     ON CONFLICT (subject, finding) DO NOTHING RETURNING id::text AS id`,
    [JSON.stringify(Array.from(named, ([id, finding]) => rowOf(id, finding))), now],
  );
  const events = rows.flatMap(({ id }) => {
    const finding = named.get(id);
    return finding === undefined ? [] : [foundEvent(id, finding, now)];
  });
  const changes = events.map(({ id }): ChangeToStore => {
    const { evidence = [] } = named.get(id) ?? {};
    return { entry: id, alert: id, action: 'found', state: 'open', evidence };
  });
  return storeChanges(transaction, changes, events, now);
}

function rowOf(id: string, { kind, owner, subject, name, numbers, members, evidence }: Finding) {
  const of = numbers === undefined ? {} : { source: numbers.source, first: numbers.from, last: numbers.to };
  return { id, kind, owner, subject, finding: name, ...of, members, evidence };
}

interface MissedRow {
  readonly id: string;
  readonly kind: string;
  readonly state: AlertState;
  readonly subject: string;
  readonly source: string | null;
  readonly first: string | null;
  readonly last: string | null;
}

/** What was missing and has come is noted at the alerts that reported it. Their states stay: only people change those. */
export async function noteArrivals(
  transaction: Transaction,
  arrivals: readonly Arrival[],
  now: Date,
): Promise<readonly SluiceEvent[]> {
  if (arrivals.length === 0) return [];
  const rows = await transaction.query<MissedRow[]>(
    `SELECT id::text AS id, kind, state, subject::text AS subject, source, first, last FROM alert
     WHERE subject = ANY($1::uuid[]) AND kind = ANY($2::text[]) ORDER BY id FOR UPDATE`,
    [arrivals.map(({ subject }) => subject), [...missingKinds, 'hole']],
  );
  const changes = rows.flatMap((row): Change[] => {
    const evidence = arrivals.filter((arrival) => isMissedBy(row, arrival)).flatMap((arrival) => arrival.evidence);
    return evidence.length === 0 ? [] : [{ alert: row.id, action: 'came', state: row.state, evidence }];
  });
  await transaction.query(
    `UPDATE alert SET came = came + one.count, changed_at = $3
     FROM unnest($1::uuid[], $2::integer[]) AS one (id, count) WHERE alert.id = one.id`,
    [changes.map(({ alert }) => alert), changes.map(({ evidence }) => evidence.length), now],
  );
  return recordChanges(transaction, changes, now);
}

function isMissedBy(row: MissedRow, { subject, place }: Arrival): boolean {
  if (row.subject !== subject) return false;
  if (place === undefined) return row.source === null;
  return row.source === place.source && Number(row.first) <= place.number && place.number <= Number(row.last);
}

/** What else is said with a change, off the log: see alertStatement. */
export interface ChangeContext {
  readonly note?: string | undefined;
  /** With a note: opens the commitment of the change. */
  readonly nonce?: Uint8Array | undefined;
  readonly traceparent?: string | undefined;
}

/** Stores changes in the history of their alerts, with their events. */
export function recordChanges(
  transaction: Transaction,
  changes: readonly Change[],
  now: Date,
  { note, nonce, traceparent }: ChangeContext = {},
): Promise<readonly SluiceEvent[]> {
  const events = changes.map((change) => changedEvent(change, now, traceparent));
  const opening = nonce === undefined ? {} : { nonce: Buffer.from(nonce).toString('hex') };
  const stored = changes.map((change, at): ChangeToStore => ({
    ...{ ...change, note, ...opening },
    entry: events[at]?.id ?? '',
  }));
  return storeChanges(transaction, stored, events, now);
}

interface ChangeToStore {
  /** The event's id. */
  readonly entry: string;
  readonly alert: string;
  readonly action: Change['action'] | 'found';
  readonly state: AlertState;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly party?: string | undefined;
  readonly note?: string | undefined;
  readonly commitment?: string | undefined;
  /** In hexadecimal. */
  readonly nonce?: string | undefined;
  readonly evidence: readonly Evidence[];
}

async function storeChanges(
  transaction: Transaction,
  changes: readonly ChangeToStore[],
  events: readonly SluiceEvent[],
  now: Date,
): Promise<readonly SluiceEvent[]> {
  if (changes.length === 0) return [];
  await transaction.query(
    `INSERT INTO alert_change (entry, alert, at, action, state, by, party, reason, note, commitment, nonce, evidence)
     SELECT entry, alert, $2::timestamptz, action, state, by, party, reason, note, commitment, decode(nonce, 'hex'), evidence
     FROM jsonb_to_recordset($1::jsonb) AS one (entry uuid, alert uuid, action text, state text, by text, party text,
       reason text, note text, commitment text, nonce text, evidence jsonb)`,
    [JSON.stringify(changes), now],
  );
  return storeEvents(transaction, events);
}

/** From here on the commit is one that is waited for: what is published must not be forgotten. Gives the events as stored. */
export async function storeEvents(
  transaction: Transaction,
  events: readonly SluiceEvent[],
): Promise<readonly SluiceEvent[]> {
  await transaction.query('SET LOCAL synchronous_commit = on');
  const linked = await linkInTransaction(transaction, events);
  const { sql, parameters } = insertIntoOutbox(LEDGER_TOPIC, linked);
  await transaction.query(sql, [...parameters]);
  return linked;
}
