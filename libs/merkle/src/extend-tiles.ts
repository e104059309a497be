import { concatBytes } from '@noble/hashes/utils.js';
import { CompactRange } from './compact-range.js';
import { MerkleError } from './merkle-error.js';
import { subtreeRoot } from './subtree-root.js';
import { TILE_WIDTH, tilePath, type Tile } from './tile.js';
import type { TileReader } from './tile-reader.js';
import { hashesAtLevel, partialTiles } from './tiles-of-size.js';
import { HASH_SIZE, portableTreeHash, requireHash, type TreeHash } from './tree-hash.js';

/** The right edge of a tree's tiles: all that later tiles will need of it, at most 8 KiB a level. */
export interface TileEdge {
  readonly size: number;
  /** By level, from 0: the bytes of the partial tile, empty where the level is just full. */
  readonly partials: readonly Uint8Array[];
}

export interface HashTile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** The edge of the tree without leaves. */
export const EMPTY_EDGE: TileEdge = { size: 0, partials: [] };

/** The edge of a tree of this size, from its partial tiles. Rejects with INVALID_TILE, and as the reader does. */
export async function readEdge(size: number, reader: TileReader): Promise<TileEdge> {
  const partials: Uint8Array[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level += 1) partials.push(new Uint8Array(0));
  await Promise.all(
    partialTiles(size).map(async (tile) => {
      const bytes = new Uint8Array((await reader.readTile(tile)).subarray(0, tile.width * HASH_SIZE));
      if (bytes.length < tile.width * HASH_SIZE) {
        throw new MerkleError('INVALID_TILE', `${tilePath(tile)} has ${bytes.length} bytes`);
      }
      partials[Number(tile.level)] = bytes;
    }),
  );
  return { size, partials };
}

/**
 * The hash tiles that appending these leaf hashes brings, which are those of `tilesBetween` in its order, and the edge
 * from which to go on. Changes nothing that it is given, so it is safe to repeat when writing the tiles failed.
 */
export function extendTiles(
  edge: TileEdge,
  leaves: readonly Uint8Array[],
  hash: TreeHash = portableTreeHash,
): { edge: TileEdge; tiles: HashTile[] } {
  leaves.forEach(requireHash);
  const tiles: HashTile[] = [];
  const partials = [...edge.partials];
  let added = leaves;
  for (let level = 0; added.length > 0; level += 1) {
    const row = concatBytes(partials[level] ?? new Uint8Array(0), ...added);
    const first = Math.floor(hashesAtLevel(edge.size, level) / TILE_WIDTH);
    const full = Math.floor(row.length / (TILE_WIDTH * HASH_SIZE));
    const at = (index: number) => row.slice(index * TILE_WIDTH * HASH_SIZE, (index + 1) * TILE_WIDTH * HASH_SIZE);
    added = Array.from({ length: full }, (_, index) => {
      const bytes = at(index);
      tiles.push({ tile: { level, index: first + index, width: TILE_WIDTH }, bytes });
      return subtreeRoot(bytes, hash);
    });
    const rest = at(full);
    if (rest.length > 0) {
      tiles.push({ tile: { level, index: first + full, width: rest.length / HASH_SIZE }, bytes: rest });
    }
    partials[level] = rest;
  }
  return { edge: { size: edge.size + leaves.length, partials }, tiles };
}

/** The frontier of the tree that an edge is of, so that tiles can be held against it. */
export function compactRangeOf(edge: TileEdge, hash: TreeHash = portableTreeHash): CompactRange {
  const peaks = edge.partials.toReversed().flatMap((partial) => perfectRoots(partial, hash));
  return CompactRange.fromBytes(edge.size, concatBytes(...peaks), hash);
}

/** The roots of the perfect subtrees, the largest first, that a row of hashes falls into. */
function perfectRoots(row: Uint8Array, hash: TreeHash): Uint8Array[] {
  const roots: Uint8Array[] = [];
  let at = 0;
  for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
    const end = at + count * HASH_SIZE;
    if (end > row.length) continue;
    roots.push(subtreeRoot(row.subarray(at, end), hash));
    at = end;
  }
  return roots;
}
