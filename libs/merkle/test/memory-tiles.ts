import { tilePath, type Tile } from '../src/tile.js';
import { HASH_SIZE, nodeHash } from '../src/tree-hash.js';
import type { TileReader } from '../src/tile-reader.js';

/** The root of 2^n hashes, pair by pair. */
function pairUp(row: readonly Uint8Array[]): Uint8Array {
  const half = row.length / 2;
  const [only = nodeHash(pairUp(row.slice(0, half)), pairUp(row.slice(half)))] = row.length === 1 ? row : [];
  return only;
}

/** The hashes of each tile level, by the definition of tlog-tiles: a level's hashes are the roots of 256 of the one below. */
export function tileLevels(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const above: Uint8Array[] = [];
  for (let at = 0; at + 256 <= leaves.length; at += 256) above.push(pairUp(leaves.slice(at, at + 256)));
  return [[...leaves], ...(above.length === 0 ? [] : tileLevels(above))];
}

/** The tiles of a log of these leaf hashes, and which of them were read. */
export function memoryTiles(leaves: readonly Uint8Array[]): TileReader & { readonly read: string[] } {
  const levels = tileLevels(leaves);
  const read: string[] = [];
  return {
    read,
    readTile: (tile: Tile) => {
      read.push(tilePath(tile));
      const first = tile.index * 256;
      const hashes = levels[Number(tile.level)]?.slice(first, first + tile.width) ?? [];
      const bytes = new Uint8Array(hashes.length * HASH_SIZE);
      hashes.forEach((hash, at) => {
        bytes.set(hash, at * HASH_SIZE);
      });
      return Promise.resolve(bytes);
    },
  };
}
