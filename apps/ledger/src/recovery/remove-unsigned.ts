import { dirname } from 'node:path/posix';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { parseTilePath, TILE_WIDTH, tilePath, type Tile } from '#merkle/tile.js';
import type { TileStore } from '../publication/tile-store.js';

/** As many tiles of a level lie in one folder. */
const A_FOLDER = 1000;

/**
 * Removes the tiles beyond a tree of this size: a ledger stored them and did not come to sign a head of them. If the database that
 * they are of is lost, others belong in their places. No other ledger may write to the store meanwhile. Gives how many
 * there were.
 */
export async function removeUnsigned(size: number, store: TileStore): Promise<number> {
  let removed = await removeBeyond('entries', size, store);
  for (let level = 0; ; level += 1) {
    const hashes = hashesAtLevel(size, level);
    const ofLevel = await removeBeyond(level, hashes, store);
    if (hashes === 0 && ofLevel === 0) return removed;
    removed += ofLevel;
  }
}

/** Folder by folder, until there is one without such a tile: they follow the tree's last one. */
async function removeBeyond(level: Tile['level'], count: number, store: TileStore): Promise<number> {
  const begin = Math.floor(count / (TILE_WIDTH * A_FOLDER));
  for (let removed = 0, place = begin; ; place += 1) {
    const folder = dirname(tilePath({ level, index: place * A_FOLDER, width: TILE_WIDTH }));
    const tiles = await tilesIn(folder, store);
    const beyond = tiles.filter(({ index, width }) => index * TILE_WIDTH + width > count);
    for (const tile of beyond) await store.remove(tilePath(tile));
    if (beyond.length === 0) return removed;
    removed += beyond.length;
  }
}

async function tilesIn(folder: string, store: TileStore): Promise<Tile[]> {
  const names = await store.list(folder);
  const partials = names.filter((name) => name.endsWith('.p'));
  const full = names.filter((name) => /^\d{3}$/.test(name));
  const widths = await Promise.all(
    partials.map(async (name) => (await store.list(`${folder}/${name}`)).map((width) => `${name}/${width}`)),
  );
  return [...full, ...widths.flat()].map((name) => parseTilePath(`${folder}/${name}`));
}
