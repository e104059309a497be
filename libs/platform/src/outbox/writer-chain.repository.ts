import type { DataSource, EntityManager } from 'typeorm';
import type { SluiceEvent } from '#events/contract.js';
import { link, type ChainHead, type NextPlace } from '#events/link.js';
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
  readonly database: string;
  readonly heads: readonly ChainHead[];
}

/** Sequences that one record names besides its own, at the most: the ones used last. Of an entry some 2,000 bytes. */
const MOST_HEADS = 16;

/**
 * Columns of a statement over `one`, a sequence: what a record of it can say of the others, all of which is committed. A
 * database is known by the sequence that it is made with.
 */
const BESIDE = `(SELECT id FROM writer_chain WHERE kind = 'shared') AS database, (
    SELECT coalesce(json_agg(json_build_object('chain', id, 'leaf', previous, 'number', number - 1)), '[]')
    FROM (SELECT * FROM writer_chain AS other WHERE other.id <> one.id AND number > 1
          ORDER BY used_at DESC LIMIT ${MOST_HEADS}) AS others
  ) AS heads`;

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
 * Gives events their places in the service's shared sequence, for what is recorded rarely and by several statements. The
 * first of them names what the other sequences end with. Until the transaction ends nobody else gets a place in it.
 */
export async function linkInTransaction(
  transaction: Pick<EntityManager, 'query'>,
  events: readonly SluiceEvent[],
): Promise<readonly SluiceEvent[]> {
  const [row] = await transaction.query<ChainRow[]>(
    `SELECT id, epoch, number, previous, ${BESIDE} FROM writer_chain AS one WHERE kind = 'shared' FOR UPDATE OF one`,
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
   * new one is begun where all are in use. Its next record names what the others end with.
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
       SELECT one.*, ${BESIDE} FROM (SELECT * FROM taken UNION ALL SELECT * FROM begun) AS one`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no sequence could be taken');
    return toHeld(row);
  }

  /** Where the sequence is now, and the others. Undefined once another process has taken it. */
  async current({ chain, epoch }: HeldChain): Promise<HeldChain | undefined> {
    const [row] = await this.database.query<ChainRow[]>(
      `SELECT id, epoch, number, previous, ${BESIDE} FROM writer_chain AS one WHERE id = $1 AND epoch = $2`,
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

/** The first record of a sequence always says of which database it is. */
function toHeld({ id, epoch, number, previous, database, heads }: ChainRow): HeldChain {
  const held = { chain: id, epoch: Number(epoch), number: Number(number), previous };
  return heads.length === 0 && held.number > 1 ? held : { ...held, beside: { database, heads } };
}
