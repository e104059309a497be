import type { DataSource } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import type { AlertState, AlertStatement } from '#exchange/alert.js';
import { commit } from '#exchange/commitment.js';
import type { Erased } from '#exchange/erasure.js';
import type { Evidence } from '#reconcile/findings.js';
import type { AlertToChange } from './may-change.js';
import { recordChanges } from './raise-alerts.repository.js';

export interface AlertCount {
  readonly kind: string;
  readonly state: AlertState;
  readonly count: number;
}

export interface AlertFilter {
  readonly state?: AlertState | undefined;
  readonly kind?: string | undefined;
  readonly owner?: string | undefined;
  /** Found at or after, and before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface StoredAlert {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly state: AlertState;
  readonly subject: string;
  readonly source: string | null;
  readonly first: string | null;
  readonly last: string | null;
  readonly members: string[];
  readonly evidence: readonly Evidence[];
  readonly came: number;
  readonly found_at: Date;
  readonly changed_at: Date;
}

export interface StoredChange {
  readonly entry: string;
  readonly at: Date;
  readonly action: 'found' | 'came' | 'explained' | 'resolved';
  readonly state: AlertState;
  readonly by: string | null;
  readonly party: string | null;
  readonly reason: AlertStatement['reason'] | null;
  readonly commitment: string | null;
  readonly erased_at: Date | null;
  readonly erased_by: string | null;
  readonly erased_ground: Erased['ground'] | null;
  readonly evidence: readonly Evidence[];
}

/** Who says something of an alert, and when. */
export interface Statement extends Omit<AlertStatement, 'salt'> {
  /** The key: `key:<thumbprint>`. */
  readonly by: string;
  /** The party whose key it is, unless it is an operator's. Only of its own alerts does one say anything. */
  readonly isParty: boolean;
  readonly at: Date;
  /** 32 random bytes, with which the log commits to the note. */
  readonly nonce: Uint8Array;
  readonly traceparent: string;
}

const COLUMNS = `id::text AS id, kind, owner, state, subject::text AS subject, source, first, last, members, evidence, came,
  found_at, changed_at`;

export class AlertRepository {
  constructor(private readonly database: DataSource) {}

  /** Of those that are not resolved. */
  async counts(): Promise<readonly AlertCount[]> {
    return this.database.query<AlertCount[]>(
      `SELECT kind, state, count(*)::integer AS count FROM alert WHERE state <> 'resolved'
       GROUP BY kind, state ORDER BY kind, state`,
    );
  }

  /** Those that were found before the one given, the newest first. */
  async list(filter: AlertFilter, limit: number, before: string | undefined): Promise<readonly StoredAlert[]> {
    const { state, kind, owner, from, to } = filter;
    return this.database.query<StoredAlert[]>(
      `SELECT ${COLUMNS} FROM alert
       WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR owner = $3)
         AND ($4::timestamptz IS NULL OR found_at >= $4) AND ($5::timestamptz IS NULL OR found_at < $5)
         AND ($6::uuid IS NULL OR id < $6) ORDER BY id DESC LIMIT $7`,
      [state ?? null, kind ?? null, owner ?? null, from ?? null, to ?? null, before ?? null, limit],
    );
  }

  async find(id: string): Promise<StoredAlert | undefined> {
    const [row] = await this.database.query<StoredAlert[]>(`SELECT ${COLUMNS} FROM alert WHERE id = $1`, [id]);
    return row;
  }

  /** What became of an alert, the oldest first. */
  async history(id: string): Promise<readonly StoredChange[]> {
    return this.database.query<StoredChange[]>(
      `SELECT entry::text AS entry, at, action, state, by, party, reason, commitment, erased_at, erased_by, erased_ground,
         evidence FROM alert_change
       WHERE alert = $1 ORDER BY at, entry`,
      [id],
    );
  }

  /**
   * Makes of the alert what is said of it, with its event, durable when it resolves: the events, or undefined where there is
   * no such alert. Nothing is changed where `requireMay`, which sees the alert as nobody else can change it, throws.
   */
  async change(
    { alert, state, reason, note, by, isParty, at, nonce, traceparent }: Statement,
    requireMay: (alert: AlertToChange) => void,
  ): Promise<readonly SluiceEvent[] | undefined> {
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<AlertToChange[]>(
        `SELECT state, owner,
           (SELECT by FROM alert_change WHERE alert = $1 AND action = 'explained') AS "explainedBy"
         FROM alert WHERE id = $1 FOR UPDATE`,
        [alert],
      );
      if (row === undefined) return undefined;
      requireMay(row);
      await transaction.query('UPDATE alert SET state = $2, changed_at = $3 WHERE id = $1', [alert, state, at]);
      const change = { ...{ alert, action: state, state, by, reason }, party: isParty ? row.owner : undefined };
      const noted = note === undefined ? {} : { note, nonce };
      const commitment = note === undefined ? undefined : commit(nonce, { note });
      return recordChanges(transaction, [{ ...change, commitment, evidence: [] }], at, { ...noted, traceparent });
    });
  }
}
