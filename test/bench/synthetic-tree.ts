import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { subtreeRoot } from '#merkle/subtree-root.js';
import { TILE_WIDTH, parseTilePath, type Tile } from '#merkle/tile.js';
import type { TileStore } from '../../apps/ledger/src/publication/tile-store.js';

/** Leaves repeat after so many: two levels of tiles. */
const PERIOD = TILE_WIDTH ** 2;

const known = new Map<string, Uint8Array>();

/** The leaf hash of entry `index`: of its number modulo 65,536, so that a tree has 256 different tiles of leaves, however large. */
export function syntheticLeaf(index: number): Uint8Array {
  return hashAt(0, index);
}

/** The hash at a place of the tiles' level: a leaf, or the root of the full tile below. */
function hashAt(level: number, index: number): Uint8Array {
  const place = index % Math.max(1, PERIOD / TILE_WIDTH ** level);
  const name = `${level}/${place}`;
  const hash = known.get(name) ?? make(level, place);
  known.set(name, hash);
  return hash;
}

function make(level: number, index: number): Uint8Array {
  if (level === 0) return nodeTreeHash.leaf(Buffer.from(String(index)));
  return subtreeRoot(syntheticTile({ level: level - 1, index, width: TILE_WIDTH }), nodeTreeHash);
}

/** The bytes of a hash tile of any tree that is large enough to have it. */
export function syntheticTile({ level, index, width }: Tile): Uint8Array {
  if (level === 'entries') throw new Error('a synthetic tree has no entries');
  return Buffer.concat(Array.from({ length: width }, (_, at) => hashAt(level, index * TILE_WIDTH + at)));
}

/**
 * A store with the hash tiles of a synthetic tree: a tile is computed and written when it is first read, and from then on
 * read from the store below.
 */
export class LazyTiles implements TileStore {
  reads = 0;

  constructor(private readonly below: TileStore) {}

  async read(path: string): Promise<Buffer | undefined> {
    this.reads += 1;
    const there = await this.below.read(path);
    if (there !== undefined) return there;
    await this.below.create(path, syntheticTile(parseTilePath(path)));
    return this.below.read(path);
  }

  create(path: string, bytes: Uint8Array): Promise<boolean> {
    return this.below.create(path, bytes);
  }

  swap(path: string, expected: Uint8Array, bytes: Uint8Array): Promise<boolean> {
    return this.below.swap(path, expected, bytes);
  }

  list(folder: string): Promise<string[]> {
    return this.below.list(folder);
  }

  remove(path: string): Promise<void> {
    return this.below.remove(path);
  }
}
