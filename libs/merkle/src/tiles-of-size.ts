import { MerkleError } from './merkle-error.js';
import { TILE_WIDTH, type Tile } from './tile.js';
import { requireSize } from './tree-head.js';

/** How many hashes a level of the tiles of a tree of this size has: floor(size / 256^level). */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Every tile of a tree of this size: entry bundles, then hashes from level 0 up, each from left to right. */
export function tilesOfSize(size: number): Generator<Tile> {
  return tilesBetween(0, size);
}

/** The entry bundles of a tree of this size, from left to right. */
export function bundlesOfSize(size: number): Generator<Tile> {
  requireSize(size, 'size');
  return newTiles('entries', 0, size);
}

/**
 * The tiles of a tree of size `to` that the tree of size `from` does not have, in the order of `tilesOfSize`. A partial
 * tile that grew is one of them, under its new width.
 */
export function* tilesBetween(from: number, to: number): Generator<Tile> {
  requireSize(from, 'size');
  requireSize(to, 'size');
  if (from > to) throw new MerkleError('INVALID_RANGE', `A log cannot shrink from ${from} to ${to}`);
  yield* newTiles('entries', from, to);
  for (let level = 0; hashesAtLevel(to, level) > 0; level += 1) {
    yield* newTiles(level, hashesAtLevel(from, level), hashesAtLevel(to, level));
  }
}

function* newTiles(level: Tile['level'], from: number, to: number): Generator<Tile> {
  if (from === to) return;
  const full = Math.floor(to / TILE_WIDTH);
  for (let index = Math.floor(from / TILE_WIDTH); index < full; index += 1) yield { level, index, width: TILE_WIDTH };
  if (to % TILE_WIDTH > 0) yield { level, index: full, width: to % TILE_WIDTH };
}

/** The partial hash tiles of a tree of this size, from level 0 up: all that is not yet covered by full tiles. */
export function partialTiles(size: number): Tile[] {
  requireSize(size, 'size');
  const tiles: Tile[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level += 1) {
    const hashes = hashesAtLevel(size, level);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: (hashes - width) / TILE_WIDTH, width });
  }
  return tiles;
}
