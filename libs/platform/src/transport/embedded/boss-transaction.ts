import type { Db, PgBoss } from 'pg-boss';

export type Transaction = Awaited<ReturnType<NonNullable<Db['beginTransaction']>>>;

export async function beginTransaction(boss: PgBoss): Promise<Transaction> {
  const tx = await boss.getDb().beginTransaction?.();
  if (tx === undefined) throw new Error('pg-boss runs on a database of ours, which has transactions');
  return tx;
}

/** Committed when it resolves; rejects as `work` does, and then nothing was done. */
export async function inTransaction(boss: PgBoss, work: (db: Db) => Promise<void>): Promise<void> {
  const tx = await beginTransaction(boss);
  try {
    await work(tx.db);
    await tx.commit();
  } finally {
    // Does nothing once it is committed.
    await tx.rollback();
  }
}
