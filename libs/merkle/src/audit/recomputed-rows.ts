import type { TileEdge } from '../extend-tiles.js';
import { TILE_WIDTH } from '../tile.js';
import { HASH_SIZE } from '../tree-hash.js';

/** The tiles of each level that are not full yet, as what was added to level 0 makes them: 8 KiB a level. */
export class RecomputedRows {
  readonly #rows: { readonly hashes: Uint8Array; count: number; tiles: number }[] = [];

  /** Adds a hash to a level, which must not be full. */
  add(level: number, hash: Uint8Array): void {
    const row = this.#row(level);
    row.hashes.set(hash, row.count * HASH_SIZE);
    row.count += 1;
  }

  isFull(level: number): boolean {
    return this.#row(level).count === TILE_WIDTH;
  }

  /** Which tile of its level is being made, and its hashes so far: a view, good until the next `add`. */
  at(level: number): { readonly index: number; readonly hashes: Uint8Array } {
    const { hashes, count, tiles } = this.#row(level);
    return { index: tiles, hashes: hashes.subarray(0, count * HASH_SIZE) };
  }

  /** Begins the next tile of a level. */
  next(level: number): void {
    const row = this.#row(level);
    row.count = 0;
    row.tiles += 1;
  }

  get levels(): number {
    return this.#rows.length;
  }

  /** The edge of the tree with the first `size` leaves, which ends in the tiles that are being made. Copies. */
  edge(size: number): TileEdge {
    const partials = this.#rows.map((_, level) => this.at(level).hashes.slice());
    const first = partials[0]?.subarray(0, (size % TILE_WIDTH) * HASH_SIZE) ?? new Uint8Array(0);
    return { size, partials: [first, ...partials.slice(1)] };
  }

  #row(level: number) {
    return (this.#rows[level] ??= { hashes: new Uint8Array(TILE_WIDTH * HASH_SIZE), count: 0, tiles: 0 });
  }
}
