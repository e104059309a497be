import type { Logger } from 'pino';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { LedgerError } from '../ledger-error.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import { LogTiles } from '../publication/log-tiles.js';
import { openLog } from '../publication/open-log.js';
import { Publisher } from '../publication/publisher.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import { SignedHeads } from '../publication/signed-heads.js';
import type { OpenTileStore, TileStore } from '../publication/tile-store.js';
import { catchUp } from '../recovery/catch-up.js';
import { removeUnsigned } from '../recovery/remove-unsigned.js';
import { requireIndexed } from '../recovery/require-indexed.js';
import { sequencedAgain, type SequencedAgain } from '../recovery/sequenced-again.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { Witnesses } from '../witnessing/witnesses.js';
import { labelOf, type Shard } from './shard.js';
import type { RunningLog } from './shard-log.js';

export interface Stores {
  readonly tiles: OpenTileStore;
  /** Undefined where signed heads lie beside the tiles. */
  readonly heads: OpenTileStore | undefined;
}

export interface OpeningSupplies {
  readonly stores: Stores;
  readonly sequencing: SequencingRepository;
  readonly sequenced: SequencedLogRepository;
  readonly witnesses: Pick<Witnesses, 'cosignerOf'>;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
  /** Whether a database that lags behind what was published is given what it lacks, rather than refused. */
  readonly catchesUp: boolean;
  readonly onFinal: (error: LedgerError) => void;
}

export interface HowToOpen {
  /** What an entry was when it was sequenced: an event, if left out. */
  readonly again?: SequencedAgain;
  /** Called before the log is taken over, when it was looked through. */
  readonly beforeTakeOver?: () => Promise<void>;
  readonly onPublished?: () => void;
}

/**
 * Makes one log ready; it does not publish yet. It is looked through before it is taken over: a ledger that must refuse to
 * run does not stop the one that runs. Rejects as `openLog` and `ShardSequencer.start` do, and with INDEX_DAMAGED.
 */
export async function openShard(shard: Shard, supplies: OpeningSupplies, how: HowToOpen = {}): Promise<RunningLog> {
  const { stores, sequencing, sequenced, witnesses, metrics, logger, onFinal } = supplies;
  const { number, origin, signer } = shard;
  const { again = sequencedAgain, beforeTakeOver, onPublished } = how;
  const store = await stores.tiles(shard.path);
  const promises = await stores.heads?.(shard.path);
  const cosigner = witnesses.cosignerOf(shard);
  const parts = { shard: number, signer, store, promises, sequenced, hash: nodeTreeHash, cosigner };
  if (supplies.catchesUp) await catchUpShard(shard, { store, promises }, supplies, again);
  const { log, restored } = await openLog(parts);
  await requireIndexed(number, supplies, nodeTreeHash, again);
  await beforeTakeOver?.();
  const sequencer = await ShardSequencer.start(number, origin, sequencing, nodeTreeHash);
  const label = labelOf(number);
  metrics.publishedEntries.set({ shard: label }, log.head.size);
  logger.info({ shard: label, origin, size: log.head.size, restored, epoch: sequencer.epoch }, 'log opened');
  const publisher = new Publisher({
    ...{ shard: number, epoch: sequencer.epoch, log, sequenced, onFinal },
    onPublished: (seconds) => {
      metrics.publishLag.observe({ shard: label }, seconds);
      metrics.publishedEntries.set({ shard: label }, log.head.size);
      onPublished?.();
    },
    onError: notPublished(label, logger),
  });
  return { shard, sequencer, published: log, publisher, cosigner };
}

/** From here on the database has all that was signed, as if it had never been without, and the store no more than that. */
async function catchUpShard(
  { number, origin, signer }: Shard,
  { store, promises }: { readonly store: TileStore; readonly promises: TileStore | undefined },
  { sequencing, logger }: OpeningSupplies,
  again: SequencedAgain,
): Promise<void> {
  const heads = new SignedHeads(store, signer, promises);
  const head = (await heads.newest()) ?? heads.empty();
  const parts = { shard: number, origin, sequencing, tiles: new LogTiles(store), hash: nodeTreeHash, again };
  const shard = labelOf(number);
  const entries = await catchUp(head, parts);
  if (entries > 0) logger.warn({ shard, origin, entries }, 'the database caught up with what was published');
  const tiles = await removeUnsigned(head.size, store);
  if (tiles > 0) logger.warn({ shard, origin, tiles }, 'tiles of which no head was signed were removed');
}

/** Witnesses may be away for hours, and the log is asked each second: which ones are is said when it changes. */
function notPublished(shard: number | 'root', logger: Logger): (error: unknown) => void {
  let before = '';
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    const isKnown = error instanceof LedgerError && error.code === 'QUORUM_MISSING' && reason === before;
    before = reason;
    if (!isKnown) logger.error({ shard, reason }, 'not published');
  };
}
