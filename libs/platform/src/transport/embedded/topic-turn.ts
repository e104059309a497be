import type { Db, PgBoss } from 'pg-boss';
import type { ReceivedPart } from '#events/transport.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import { beginTransaction, type Transaction } from './boss-transaction.js';
import { readBatches, removeBatches, toPart } from './stored-batch.js';

/** A job, and what it is about. */
export interface TakenJob {
  readonly id: string;
  readonly part: ReceivedPart;
}

/**
 * One turn at a topic's queue, in one transaction: an advisory lock, so that there is one consumer at a time and order
 * is kept; the oldest jobs; and at the end their removal, together with the dead letters. Until that commits nobody
 * else sees that anything was taken, so a consumer that dies, or whose connection drops, gives everything back at once.
 */
export class TopicTurn {
  private constructor(
    private readonly boss: PgBoss,
    private readonly topic: string,
    private readonly tx: Transaction,
    /** Oldest first. Empty where there are none, or another consumer has its turn. */
    readonly jobs: readonly TakenJob[],
  ) {}

  static async begin(boss: PgBoss, topic: string, atMost: number): Promise<TopicTurn> {
    const tx = await beginTransaction(boss);
    try {
      const lock = 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine';
      const { rows }: { rows: { mine: boolean }[] } = await tx.db.executeSql(lock, [`sluice events ${topic}`]);
      const jobs = rows[0]?.mine === true ? await take(boss, topic, atMost, tx.db) : [];
      return new TopicTurn(boss, topic, tx, jobs);
    } catch (error) {
      await tx.rollback();
      throw error;
    }
  }

  async bury(letter: object): Promise<void> {
    await this.boss.send(deadLetterTopic(this.topic), letter, { db: this.tx.db });
  }

  /** Every job is gone with its batch, and the dead letters are in their queue: durable when it resolves. */
  async finish(): Promise<void> {
    const ids = this.jobs.map((job) => job.id);
    await this.boss.deleteJob(this.topic, ids, { db: this.tx.db });
    await removeBatches(this.tx.db, ids);
    await this.tx.commit();
  }

  /** The jobs are where they were. Never rejects; does nothing once the turn is finished. */
  async giveBack(): Promise<void> {
    await this.tx.rollback();
  }
}

async function take(boss: PgBoss, topic: string, atMost: number, db: Db): Promise<readonly TakenJob[]> {
  const jobs = await boss.fetch<unknown>(topic, { batchSize: atMost, db });
  if (jobs.length === 0) return [];
  const batches = await readBatches(
    db,
    jobs.map(({ id }) => id),
  );
  // An UPDATE returns rows in no order; ids were given in the order of publishing.
  return jobs
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, data }) => ({ id, part: toPart(batches.get(id), data) }));
}
