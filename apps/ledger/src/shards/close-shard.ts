import { isUniqueViolation } from '#platform/database/unique-violation.js';
import { LedgerError } from '../ledger-error.js';
import type { Family, Shard } from './shard.js';
import { nextNumber, type ShardRecordRepository } from './shard-record.repository.js';

export interface Succession {
  readonly closed: Shard;
  /** Takes the events of the partition from now on. */
  readonly successor: Shard;
}

/** Others may open shards at the same time: tries until a number is left over. */
const TRIES = 5;

/** What closing a shard would do: the successor's name and key, for those who have to know it before. Throws SHARD_UNKNOWN. */
export async function planClosing(
  number: number,
  family: Family,
  records: Pick<ShardRecordRepository, 'all'>,
): Promise<Succession> {
  const all = await records.all();
  const record = all.find((one) => one.number === number && one.origin === family.shard(number).origin);
  if (record === undefined) throw new LedgerError('SHARD_UNKNOWN', `there is no shard ${number} of ${family.origin}`);
  if (record.closedAt !== undefined) throw new LedgerError('SHARD_CLOSED', `shard ${number} is closed already`);
  return { closed: family.shard(number), successor: family.shard(nextNumber(all)) };
}

/**
 * Closes a shard and opens the one that follows it, whether a ledger runs or not: one that runs goes on with the successor
 * within a moment. Durable when it resolves; a crash leaves the shard open or closed with its successor. Throws
 * SHARD_UNKNOWN, and SHARD_CLOSED where it is closed already.
 */
export async function closeShard(
  number: number,
  family: Family,
  records: Pick<ShardRecordRepository, 'all' | 'succeed'>,
): Promise<Succession> {
  for (let tried = 1; ; tried += 1) {
    const planned = await planClosing(number, family, records);
    try {
      if (await records.succeed(planned.closed, planned.successor)) return planned;
    } catch (error) {
      if (!isUniqueViolation(error) || tried === TRIES) throw error;
    }
  }
}
