import { join } from 'node:path';
import { EMPTY_EDGE } from '#merkle/extend-tiles.js';
import { CompactRange } from '#merkle/compact-range.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import { FileTileStore } from '../src/publication/file-tile-store.js';
import { LogTiles } from '../src/publication/log-tiles.js';
import { PublishedLog } from '../src/publication/published-log.js';
import { SignedHeads } from '../src/publication/signed-heads.js';
import type { ReadableLog } from '../src/shards/shard-log.js';
import { shardsOf, type Shard } from '../src/shards/shard.js';
import { LEDGER_KEY } from './a-log.js';
import { aCandidate } from './entries.js';

/** A log for each list of times, with an entry of each time: published, and written by nobody any more. */
export function publishedLogs(folder: string, times: readonly (readonly string[])[]): Promise<ReadableLog[]> {
  return Promise.all(
    shardsOf('ledger.test/log', times.length, LEDGER_KEY).map(async (shard) => {
      const entries = (times[shard.number] ?? []).map((time) => aCandidate({ time }).entry);
      return { shard, published: await publishedLog(folder, shard, entries) };
    }),
  );
}

async function publishedLog(folder: string, shard: Shard, entries: readonly Uint8Array[]): Promise<PublishedLog> {
  const store = await FileTileStore.open(join(folder, shard.path));
  const heads = new SignedHeads(store, shard.signer);
  const empty = await heads.sign({ size: 0, root: EMPTY_ROOT });
  const log = new PublishedLog(new LogTiles(store), heads, nodeTreeHash, {
    current: empty,
    edge: { hashes: EMPTY_EDGE, bundle: [] },
  });
  if (entries.length === 0) return log;
  const range = CompactRange.empty(nodeTreeHash);
  range.appendAll(entries.map((entry) => nodeTreeHash.leaf(entry)));
  await log.extend({ batches: [entries], head: { size: entries.length, root: range.root() } });
  return log;
}
