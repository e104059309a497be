import type { DataSource } from 'typeorm';

/** Of what is left, a process takes a twentieth at a time: the last few permits are then taken one by one. */
const BLOCKS_LEFT = 20;

export class QuotaRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * Takes permits out of the period's count for this process alone, and says how many: 0 where the limit is reached. The
   * count never passes `limit`, however many processes lease at once: one row, one update at a time.
   */
  async lease(agreement: string, periodStart: Date, limit: number): Promise<number> {
    const rows = await this.database.query<{ leased: string }[]>(
      `INSERT INTO quota_use AS quota (agreement, period_start, used, leased)
       VALUES ($1, $2, greatest(1, $3::bigint / $4), greatest(1, $3::bigint / $4))
       ON CONFLICT (agreement, period_start) DO UPDATE SET
         used = quota.used + greatest(1, ($3::bigint - quota.used) / $4),
         leased = greatest(1, ($3::bigint - quota.used) / $4)
       WHERE quota.used < $3::bigint
       RETURNING leased`,
      [agreement, periodStart, limit, BLOCKS_LEFT],
    );
    return Number(rows[0]?.leased ?? 0);
  }

  /** What was leased and not used. Not safe to repeat. */
  async giveBack(agreement: string, periodStart: Date, permits: number): Promise<void> {
    await this.database.query('UPDATE quota_use SET used = used - $3 WHERE agreement = $1 AND period_start = $2', [
      agreement,
      periodStart,
      permits,
    ]);
  }
}
