import type { DataSource, EntityManager } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import { link, type NextPlace } from '#events/link.js';
import type { StatementPart } from './outbox.repository.js';

/** A sequence that this process holds. */
export interface HeldChain extends NextPlace {
  /** Of this holder: another has a later one. */
  readonly epoch: number;
}

interface ChainRow {
  readonly id: string;
  readonly epoch: string;
  readonly number: string;
  readonly previous: string;
}

/** A sequence that was not used for this long is free for another process. */
const FREE_AFTER = "interval '1 minute'";

/**
 * A common table expression named `step` that moves the sequence from where its holder knows it to be. It has a row if that
 * is where it was, and else none: then nothing else of the statement must happen. Parameters are numbered from `first`.
 */
export function stepChain(from: HeldChain, to: NextPlace, first: number): StatementPart {
  const at = (offset: number) => `$${first + offset}`;
  return {
    sql: `step AS (
         UPDATE writer_chain SET number = ${at(0)}::bigint, previous = ${at(1)}::text, used_at = now()
         WHERE id = ${at(2)}::uuid AND epoch = ${at(3)}::bigint AND number = ${at(4)}::bigint RETURNING id
       )`,
    parameters: [to.number, to.previous, from.chain, from.epoch, from.number],
  };
}

/**
 * Gives events their places in the service's shared sequence, for what is recorded rarely and by several statements. Until
 * the transaction ends nobody else gets a place in it.
 */
export async function linkInTransaction(
  transaction: Pick<EntityManager, 'query'>,
  events: readonly SluiceEvent[],
): Promise<readonly SluiceEvent[]> {
  const [row] = await transaction.query<ChainRow[]>(
    "SELECT id, epoch, number, previous FROM writer_chain WHERE kind = 'shared' FOR UPDATE",
  );
  if (row === undefined) throw new Error('the shared sequence is not in the database');
  const { linked, next } = link(events, toHeld(row));
  await transaction.query('UPDATE writer_chain SET number = $2, previous = $3, used_at = now() WHERE id = $1', [
    next.chain,
    next.number,
    next.previous,
  ]);
  return linked;
}

export class WriterChainRepository {
  constructor(private readonly database: Pick<DataSource, 'query'>) {}

  /**
   * A sequence for this process alone. One that another left is gone on with, so that a hole at its end comes to light; a
   * new one is begun where all are in use.
   */
  async claim(): Promise<HeldChain> {
    const rows = await this.database.query<ChainRow[]>(
      `WITH free AS (
         SELECT id FROM writer_chain WHERE kind = 'held' AND used_at < now() - ${FREE_AFTER}
         ORDER BY used_at LIMIT 1 FOR UPDATE SKIP LOCKED
       ), taken AS (
         UPDATE writer_chain SET epoch = epoch + 1, used_at = now() FROM free WHERE writer_chain.id = free.id
         RETURNING writer_chain.id, epoch, number, previous
       ), begun AS (
         INSERT INTO writer_chain (kind) SELECT 'held' WHERE NOT EXISTS (SELECT FROM free)
         RETURNING id, epoch, number, previous
       )
       SELECT * FROM taken UNION ALL SELECT * FROM begun`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no sequence could be taken');
    return toHeld(row);
  }

  /** Where the sequence is now. Undefined once another process has taken it. */
  async current({ chain, epoch }: HeldChain): Promise<HeldChain | undefined> {
    const [row] = await this.database.query<ChainRow[]>(
      'SELECT id, epoch, number, previous FROM writer_chain WHERE id = $1 AND epoch = $2',
      [chain, epoch],
    );
    return row && toHeld(row);
  }

  /** Others may go on with them at once. */
  async release(chains: readonly HeldChain[]): Promise<void> {
    await this.database.query(
      `UPDATE writer_chain SET used_at = '-infinity' FROM unnest($1::uuid[], $2::bigint[]) AS held (id, epoch)
       WHERE writer_chain.id = held.id AND writer_chain.epoch = held.epoch`,
      [chains.map(({ chain }) => chain), chains.map(({ epoch }) => epoch)],
    );
  }
}

function toHeld({ id, epoch, number, previous }: ChainRow): HeldChain {
  return { chain: id, epoch: Number(epoch), number: Number(number), previous };
}
