import type { Logger } from 'pino';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { LedgerError } from '../ledger-error.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import { LogTiles } from '../publication/log-tiles.js';
import { openLog } from '../publication/open-log.js';
import { Publisher } from '../publication/publisher.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import { SignedHeads } from '../publication/signed-heads.js';
import type { Storage } from '../publication/storage-variables.js';
import type { OpenTileStore, TileStore } from '../publication/tile-store.js';
import { tileStores } from '../publication/tile-stores.js';
import { catchUp } from '../recovery/catch-up.js';
import { requireIndexed } from '../recovery/require-indexed.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { Witnesses } from '../witnessing/witnesses.js';
import type { Shard } from './shard.js';
import { ShardLogs, type ShardLog } from './shard-log.js';

export interface ShardSupplies {
  readonly shards: readonly Shard[];
  readonly storage: Storage;
  readonly sequencing: SequencingRepository;
  readonly sequenced: SequencedLogRepository;
  readonly witnesses: Pick<Witnesses, 'cosignerOf'>;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
  /** Whether a database that lags behind what was published is given what it lacks, rather than refused. */
  readonly catchesUp: boolean;
  readonly onFinal: (error: LedgerError) => void;
}

/**
 * Makes every shard ready, none of them publishing yet. A log is looked through before it is taken over: a ledger that
 * must refuse to run does not stop the one that runs.
 */
export async function openShards(supplies: ShardSupplies): Promise<ShardLogs> {
  const { tiles, heads } = supplies.storage;
  const stores = { tiles: await tileStores(tiles), heads: heads && (await tileStores(heads)) };
  const logs: ShardLog[] = [];
  for (const shard of supplies.shards) logs.push(await openShard(shard, stores, supplies));
  return new ShardLogs(logs);
}

interface Stores {
  readonly tiles: OpenTileStore;
  readonly heads: OpenTileStore | undefined;
}

async function openShard(shard: Shard, stores: Stores, supplies: ShardSupplies): Promise<ShardLog> {
  const { sequencing, sequenced, witnesses, metrics, logger, onFinal } = supplies;
  const { number, origin, signer } = shard;
  const store = await stores.tiles(shard.path);
  const promises = await stores.heads?.(shard.path);
  const cosigner = witnesses.cosignerOf(shard);
  const parts = { shard: number, signer, store, promises, sequenced, hash: nodeTreeHash, cosigner };
  if (supplies.catchesUp) await catchUpShard(shard, { store, promises }, supplies);
  const { log, restored } = await openLog(parts);
  await requireIndexed(number, supplies, nodeTreeHash);
  const sequencer = await ShardSequencer.start(number, origin, sequencing, nodeTreeHash);
  metrics.publishedEntries.set({ shard: number }, log.head.size);
  logger.info({ shard: number, origin, size: log.head.size, restored, epoch: sequencer.epoch }, 'log opened');
  const publisher = new Publisher({
    ...{ shard: number, epoch: sequencer.epoch, log, sequenced, onFinal },
    onPublished: (seconds) => {
      metrics.publishLag.observe({ shard: number }, seconds);
      metrics.publishedEntries.set({ shard: number }, log.head.size);
    },
    onError: notPublished(number, logger),
  });
  return { shard, sequencer, published: log, publisher, cosigner };
}

/** From here on the database has all that was signed, as if it had never been without. */
async function catchUpShard(
  { number, origin, signer }: Shard,
  { store, promises }: { readonly store: TileStore; readonly promises: TileStore | undefined },
  { sequencing, logger }: ShardSupplies,
): Promise<void> {
  const head = await new SignedHeads(store, signer, promises).newest();
  if (head === undefined) return;
  const parts = { shard: number, origin, sequencing, tiles: new LogTiles(store), hash: nodeTreeHash };
  const entries = await catchUp(head, parts);
  if (entries > 0) logger.warn({ shard: number, origin, entries }, 'the database caught up with what was published');
}

/** Witnesses may be away for hours, and the log is asked each second: which ones are is said when it changes. */
function notPublished(shard: number, logger: Logger): (error: unknown) => void {
  let before = '';
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    const isKnown = error instanceof LedgerError && error.code === 'QUORUM_MISSING' && reason === before;
    before = reason;
    if (!isKnown) logger.error({ shard, reason }, 'not published');
  };
}
