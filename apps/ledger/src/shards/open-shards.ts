import { LedgerError } from '../ledger-error.js';
import { SignedLists } from '../publication/signed-lists.js';
import type { Storage } from '../publication/storage-variables.js';
import { tileStores } from '../publication/tile-stores.js';
import { openShard, type OpeningSupplies, type Stores } from './open-shard.js';
import { lostShards, planShards, type LostShard, type PlannedShard } from './plan-shards.js';
import type { Family } from './shard.js';
import { ShardLogs, type ShardLog } from './shard-log.js';
import type { ShardRecordRepository } from './shard-record.repository.js';

export interface ShardSupplies extends OpeningSupplies {
  readonly family: Family;
  readonly records: ShardRecordRepository;
  /** How many partitions there are: each has one shard that is open. */
  readonly partitions: number;
}

/** Shards that are opened at the same time: each waits for the database and the tile store, and there may be hundreds of old ones. */
const AT_ONCE = 8;

export async function openStores({ tiles, heads }: Storage): Promise<Stores> {
  return { tiles: await tileStores(tiles), heads: heads && (await tileStores(heads)) };
}

/** The lists of shards that this family signed, in their stores. */
export async function openLists({ path, signer }: Family, stores: Stores): Promise<SignedLists> {
  return new SignedLists(await stores.tiles(path), signer, await stores.heads?.(path));
}

/**
 * Makes every shard ready, old ones included, none of them publishing yet. Rejects with PUBLISHED_AHEAD where the signed
 * list names shards that the database does not know of, unless it is to catch up.
 */
export async function openShards(supplies: ShardSupplies, lists: SignedLists): Promise<ShardLogs> {
  const { family, records, partitions } = supplies;
  await restoreLost(supplies, lists);
  const logs: ShardLog[] = [];
  const planned = planShards(family, await records.all(), partitions);
  for (let at = 0; at < planned.length; at += AT_ONCE) {
    const some = planned.slice(at, at + AT_ONCE);
    logs.push(...(await Promise.all(some.map((one) => openPlanned(one, supplies)))));
  }
  const opened = new ShardLogs(logs);
  for (const { number, record } of planned) if (record?.closedAt !== undefined) opened.close(number);
  return opened;
}

/** Opens one that is in the database or will be then. */
export async function openPlanned(
  { number, origin, partition, record }: PlannedShard,
  supplies: Pick<ShardSupplies, 'family' | 'records'> & OpeningSupplies,
): Promise<ShardLog> {
  const { family, records } = supplies;
  const beforeTakeOver = async () => {
    if (record !== undefined || (await records.open({ number, origin, partition }))) return;
    throw new LedgerError('FENCED', `another ledger has opened shard ${number} for another partition: start again`);
  };
  return { ...(await openShard(family.shard(number), supplies, { beforeTakeOver })), partition };
}

async function restoreLost(supplies: ShardSupplies, lists: SignedLists): Promise<void> {
  const { family, records, catchesUp } = supplies;
  const signed = await lists.newest();
  const lost = signed === undefined ? [] : lostShards(signed.list, await records.all());
  if (lost.length > 0 && !catchesUp) {
    throw new LedgerError(
      'PUBLISHED_AHEAD',
      `the signed list of the shards of ${family.origin} knows of what the database does not (${lost.map(nameOf).join(', ')}). ` +
        'It is another database, or an older backup of it. Give the ledger the database that has them, or set ' +
        'LEDGER_CATCH_UP=true: it takes what is missing from what was published.',
    );
  }
  // One after the other: a shard is closed when it has its entries, and before its successor is opened.
  for (const one of lost) await restoreShard(one, supplies);
}

async function restoreShard({ closedAt, ...shard }: LostShard, supplies: ShardSupplies): Promise<void> {
  const { records, logger } = supplies;
  await records.open(shard, shard.openedAt);
  if (closedAt !== undefined) {
    await openShard(supplies.family.shard(shard.number), supplies);
    await records.close(shard.number, closedAt);
  }
  logger.warn(
    { shard: shard.number, closed: closedAt !== undefined },
    'the database was given a shard that was published',
  );
}

function nameOf({ number, closedAt }: LostShard): string {
  return `shard ${number}${closedAt === undefined ? '' : ', which was closed'}`;
}
