import { subtreesOf, type LeafRange, type Subtree } from './leaf-range.js';
import { MerkleError } from './merkle-error.js';
import { subtreeRoot } from './subtree-root.js';
import { TILE_WIDTH, tilePath, type Tile } from './tile.js';
import type { TileReader } from './tile-reader.js';
import { hashesAtLevel } from './tiles-of-size.js';
import { EMPTY_ROOT, HASH_SIZE, portableTreeHash, type TreeHash } from './tree-hash.js';
import { requireSize } from './tree-head.js';

/** A tile spans eight levels of the tree. */
const TILE_HEIGHT = 8;

/** Where the hashes lie from which a subtree's own hash comes. */
interface Place {
  readonly tile: Tile;
  /** The first hash in the tile, and how many: a power of two. */
  readonly first: number;
  readonly count: number;
}

/**
 * The hashes of ranges of leaves of a tree of this size, out of its tiles. Each tile is read once, all of them at the same
 * time. Rejects with INVALID_TILE if a tile is too short, and as the reader does.
 */
export async function readHashes(
  ranges: readonly LeafRange[],
  size: number,
  reader: TileReader,
  hash: TreeHash = portableTreeHash,
): Promise<Uint8Array[]> {
  const places = ranges.map((range) => subtreesOf(range).map((subtree) => placeOf(subtree, size)));
  const tiles = new Map(places.flat().map(({ tile }) => [tilePath(tile), tile]));
  const bytes = new Map(
    await Promise.all(Array.from(tiles, async ([path, tile]) => [path, await readFully(tile, reader)] as const)),
  );
  return places.map((some) =>
    some
      .map(({ tile, first, count }) => rootWithin(bytes.get(tilePath(tile)) ?? new Uint8Array(0), first, count, hash))
      .reduceRight((right, left) => hash.node(left, right)),
  );
}

/** By tile, as long as its reader keeps it: the roots of its subtrees that were asked for, by their first hash and width. */
const computed = new WeakMap<Uint8Array, Map<string, Uint8Array>>();

function rootWithin(tile: Uint8Array, first: number, count: number, hash: TreeHash): Uint8Array {
  const roots = computed.get(tile) ?? new Map<string, Uint8Array>();
  computed.set(tile, roots);
  const name = `${first}/${count}`;
  const root = roots.get(name) ?? subtreeRoot(tile.subarray(first * HASH_SIZE, (first + count) * HASH_SIZE), hash);
  roots.set(name, root);
  return root;
}

/** The root of the tree of this size, out of its partial tiles and the full tiles at the top. */
export async function readRoot(
  size: number,
  reader: TileReader,
  hash: TreeHash = portableTreeHash,
): Promise<Uint8Array> {
  requireSize(size, 'size');
  const [root = EMPTY_ROOT] = size === 0 ? [] : await readHashes([{ from: 0, to: size }], size, reader, hash);
  return root;
}

function placeOf({ height, index }: Subtree, size: number): Place {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = (index * count) % TILE_WIDTH;
  const tileIndex = (index * count - first) / TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, hashesAtLevel(size, level) - tileIndex * TILE_WIDTH);
  return { tile: { level, index: tileIndex, width }, first, count };
}

async function readFully(tile: Tile, reader: TileReader): Promise<Uint8Array> {
  const bytes = await reader.readTile(tile);
  if (bytes.length < tile.width * HASH_SIZE) {
    throw new MerkleError('INVALID_TILE', `${tilePath(tile)} has ${bytes.length} bytes`);
  }
  return bytes;
}
