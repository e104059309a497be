import type { DataSource } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import type { AlertState, AlertStatement } from '#exchange/alert.js';
import type { Evidence } from '../reconciliation/findings.js';
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
  readonly reason: AlertStatement['reason'] | null;
  readonly evidence: readonly Evidence[];
}

export interface StoredNote {
  readonly entry: string;
  readonly at: Date;
  readonly by: string;
  readonly note: string;
}

/** Who says something of an alert, and when. */
export interface Statement extends AlertStatement {
  /** The operator's key: `key:<thumbprint>`. */
  readonly by: string;
  readonly at: Date;
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
      `SELECT entry::text AS entry, at, action, state, by, reason, evidence FROM alert_change
       WHERE alert = $1 ORDER BY at, entry`,
      [id],
    );
  }

  async notes(id: string): Promise<readonly StoredNote[]> {
    return this.database.query<StoredNote[]>(
      `SELECT entry::text AS entry, at, by, note FROM alert_change
       WHERE alert = $1 AND note IS NOT NULL ORDER BY at, entry`,
      [id],
    );
  }

  /**
   * Makes of the alert what is said of it, if it is in the state that this comes after: with its event, durable when it
   * resolves. The event; or the state in which the alert is instead, undefined where there is none.
   */
  async change(
    { alert, state, reason, note, by, at, traceparent }: Statement,
    after: AlertState,
  ): Promise<{ readonly events: readonly SluiceEvent[] } | { readonly is: AlertState | undefined }> {
    return this.database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ state: AlertState }[]>(
        'SELECT state FROM alert WHERE id = $1 FOR UPDATE',
        [alert],
      );
      if (row?.state !== after) return { is: row?.state };
      await transaction.query('UPDATE alert SET state = $2, changed_at = $3 WHERE id = $1', [alert, state, at]);
      const change = { alert, action: state, state, by, reason, evidence: [] };
      return { events: await recordChanges(transaction, [change], at, { note, traceparent }) };
    });
  }
}
