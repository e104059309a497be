import { join } from 'node:path';
import type { Logger } from 'pino';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import type { LedgerError } from '../ledger-error.js';
import type { LedgerMetrics } from '../ledger-metrics.js';
import { FileTileStore } from '../publication/file-tile-store.js';
import { openLog } from '../publication/open-log.js';
import { Publisher } from '../publication/publisher.js';
import type { SequencedLogRepository } from '../publication/sequenced-log.repository.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { Shard } from './shard.js';
import { ShardLogs, type ShardLog } from './shard-log.js';

export interface ShardSupplies {
  readonly shards: readonly Shard[];
  readonly tilesFolder: string;
  readonly sequencing: SequencingRepository;
  readonly sequenced: SequencedLogRepository;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
  readonly onFinal: (error: LedgerError) => void;
}

/**
 * Makes every shard ready, none of them publishing yet. A log is looked through before it is taken over: a ledger that
 * must refuse to run does not stop the one that runs.
 */
export async function openShards(supplies: ShardSupplies): Promise<ShardLogs> {
  const logs: ShardLog[] = [];
  for (const shard of supplies.shards) logs.push(await openShard(shard, supplies));
  return new ShardLogs(logs);
}

async function openShard(shard: Shard, supplies: ShardSupplies): Promise<ShardLog> {
  const { tilesFolder, sequencing, sequenced, metrics, logger, onFinal } = supplies;
  const { number, origin, signer } = shard;
  const store = await FileTileStore.open(join(tilesFolder, shard.path));
  const { log, restored } = await openLog({ shard: number, signer, store, sequenced, hash: nodeTreeHash });
  const sequencer = await ShardSequencer.start(number, origin, sequencing, nodeTreeHash);
  metrics.publishedEntries.set({ shard: number }, log.head.size);
  logger.info({ shard: number, origin, size: log.head.size, restored, epoch: sequencer.epoch }, 'log opened');
  const publisher = new Publisher({
    ...{ shard: number, epoch: sequencer.epoch, log, sequenced, onFinal },
    onPublished: (seconds) => {
      metrics.publishLag.observe({ shard: number }, seconds);
      metrics.publishedEntries.set({ shard: number }, log.head.size);
    },
    onError: (error) => {
      logger.error({ shard: number, reason: error instanceof Error ? error.message : String(error) }, 'not published');
    },
  });
  return { shard, sequencer, published: log, publisher };
}
