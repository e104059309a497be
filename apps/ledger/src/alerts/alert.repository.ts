import type { DataSource } from 'typeorm';
import type { AlertState } from '#exchange/alert.js';

export interface AlertCount {
  readonly kind: string;
  readonly state: AlertState;
  readonly count: number;
}

export class AlertRepository {
  constructor(private readonly database: DataSource) {}

  /** Of those that are not resolved. */
  async counts(): Promise<readonly AlertCount[]> {
    return this.database.query<AlertCount[]>(
      `SELECT kind, state, count(*)::integer AS count FROM alert WHERE state <> 'resolved'
       GROUP BY kind, state ORDER BY kind, state`,
    );
  }
}
