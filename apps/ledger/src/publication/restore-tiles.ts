import { dirname, basename } from 'node:path/posix';
import { concatBytes } from '@noble/hashes/utils.js';
import { decodeBundle, encodeBundle } from '#merkle/entry-bundle.js';
import { subtreeRoot } from '#merkle/subtree-root.js';
import { TILE_WIDTH, tilePath, type Tile } from '#merkle/tile.js';
import { hashesAtLevel, tilesOfSize } from '#merkle/tiles-of-size.js';
import { HASH_SIZE, type TreeHash } from '#merkle/tree-hash.js';
import { LedgerError } from '../ledger-error.js';
import type { LogTiles } from './log-tiles.js';
import type { TileStore } from './tile-store.js';

/** The entries [from, to) out of the database. */
export type ReadEntries = (from: number, to: number) => Promise<readonly Uint8Array[]>;

/**
 * The tiles of a tree of this size that are not in the store, below first. Lists folders rather than asking for each
 * tile, so a large log is looked through in seconds. Partial tiles beside their full one are removed, unless readers are
 * shown a smaller tree that has them.
 */
export async function missingTiles(size: number, store: TileStore, isShown = true): Promise<Tile[]> {
  const folders = new Map<string, ReadonlySet<string>>();
  const names = async (folder: string) => {
    const known = folders.get(folder) ?? new Set(await store.list(folder));
    folders.set(folder, known);
    return known;
  };
  const missing: Tile[] = [];
  for (const tile of tilesOfSize(size)) {
    const path = tilePath(tile);
    const there = await names(dirname(path));
    if (!there.has(basename(path))) missing.push(tile);
    else if (isShown && tile.width === TILE_WIDTH && there.has(`${basename(path)}.p`)) await store.remove(`${path}.p`);
  }
  return missing;
}

/**
 * Makes the missing tiles again, bundles from the database and hashes from what lies below them, and holds each against
 * its neighbours in the tree. Throws TILE_DIFFERS where they do not fit: then the database is not what was published.
 */
export async function restoreTiles(
  missing: readonly Tile[],
  size: number,
  tiles: LogTiles,
  entries: ReadEntries,
  hash: TreeHash,
): Promise<void> {
  // What lies above is made from what lies below: a level begins when the one under it is done.
  for (const level of Map.groupBy(missing, (tile) => tile.level).values()) {
    await manyAtOnce(level, async (tile) => tiles.write(tile, await contentOf(tile, tiles, entries, hash)));
  }
  await manyAtOnce(missing, async (tile) => {
    if (await fits(tile, size, tiles, hash)) return;
    throw new LedgerError('TILE_DIFFERS', `${tilePath(tile)}, made again from the database, is not the published one`);
  });
}

/** As many at a time as keep the disk busy. */
const AT_ONCE = 16;

async function manyAtOnce(tiles: readonly Tile[], act: (tile: Tile) => Promise<void>): Promise<void> {
  for (let from = 0; from < tiles.length; from += AT_ONCE) {
    await Promise.all(tiles.slice(from, from + AT_ONCE).map(act));
  }
}

async function contentOf(tile: Tile, tiles: LogTiles, entries: ReadEntries, hash: TreeHash): Promise<Uint8Array> {
  const { level, index, width } = tile;
  const first = index * TILE_WIDTH;
  if (level === 'entries') return encodeBundle(await entries(first, first + width));
  if (level === 0) return leavesOf(tile, tiles, hash);
  const below = Array.from({ length: width }, (_, at) => rootOf(level - 1, first + at, tiles, hash));
  return concatBytes(...(await Promise.all(below)));
}

async function leavesOf({ index, width }: Tile, tiles: LogTiles, hash: TreeHash): Promise<Uint8Array> {
  const bundle = await tiles.readTile({ level: 'entries', index, width });
  return concatBytes(...decodeBundle(bundle).map((entry) => hash.leaf(entry)));
}

async function rootOf(level: number, index: number, tiles: LogTiles, hash: TreeHash): Promise<Uint8Array> {
  return subtreeRoot(await tiles.readTile({ level, index, width: TILE_WIDTH }), hash);
}

/** A bundle must have the leaves of its tile, a full tile the hash that its parent has; partial tiles make the root. */
async function fits(tile: Tile, size: number, tiles: LogTiles, hash: TreeHash): Promise<boolean> {
  const { level, index, width } = tile;
  if (level === 'entries') {
    return isSame(await leavesOf(tile, tiles, hash), await tiles.readTile({ level: 0, index, width }));
  }
  if (width < TILE_WIDTH) return true;
  const above = level + 1;
  const first = index - (index % TILE_WIDTH);
  const parent = {
    level: above,
    index: first / TILE_WIDTH,
    width: Math.min(TILE_WIDTH, hashesAtLevel(size, above) - first),
  };
  const at = (index - first) * HASH_SIZE;
  const row = await tiles.readTile(parent);
  return isSame(await rootOf(level, index, tiles, hash), row.subarray(at, at + HASH_SIZE));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
