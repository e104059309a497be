import { CompactRange } from '#merkle/compact-range.js';
import { encodeBase64 } from '#merkle/base64.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { tilePath } from '#merkle/tile.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { FileTileStore } from '../../src/publication/file-tile-store.js';
import { aShard, expectPublished } from '../a-log.js';
import { candidateOf, anEvent } from '../entries.js';
import type { Shard } from '../../src/shards/shard.js';
import type { ShownHeads } from './shown-heads.js';

const ANY = candidateOf(anEvent());

/** A stranger can verify the log, and every head that was ever signed is its past. Resolves with its entries. */
export async function expectOneHistory(folder: string, shown: ShownHeads, shard = aShard()): Promise<Buffer[]> {
  const entries = await publishedEntries(folder, shard);
  const expected = entries.map((entry) => ({ ...ANY, entry, leaf: nodeTreeHash.leaf(entry) }));
  await expectPublished(folder, expected, { shard });
  const range = CompactRange.empty(nodeTreeHash);
  const roots = [encodeBase64(range.root())];
  for (const { leaf } of expected) {
    range.append(leaf);
    roots.push(encodeBase64(range.root()));
  }
  for (const [size, known] of shown.roots) expect([size, ...known]).toEqual([size, roots[size]]);
  return entries;
}

/** The entries that readers find, in their order. */
async function publishedEntries(folder: string, { signer }: Shard): Promise<Buffer[]> {
  const store = await FileTileStore.open(folder);
  const checkpoint = (await store.read('checkpoint')) ?? Buffer.alloc(0);
  const { size } = openCheckpoint(checkpoint, { log: signer.key }, nodeVerify);
  const bundles = [...tilesOfSize(size)].filter(({ level }) => level === 'entries');
  const read = await Promise.all(bundles.map((tile) => store.read(tilePath(tile))));
  return read.flatMap((bytes) => decodeBundle(bytes ?? Buffer.alloc(0)).map((entry) => Buffer.from(entry)));
}
