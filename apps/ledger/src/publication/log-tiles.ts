import { TILE_WIDTH, tilePath, type Tile } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { HASH_SIZE } from '#merkle/tree-hash.js';
import { decodeBundle, encodeBundle } from '#merkle/entry-bundle.js';
import { LedgerError } from '../ledger-error.js';
import type { TileStore } from './tile-store.js';

/** The tiles of one log. What was written once under a path is never written otherwise. */
export class LogTiles implements TileReader {
  constructor(private readonly store: TileStore) {}

  /**
   * The tile's bytes. A partial tile that was removed is cut from the full one, which begins with the same bytes.
   * Undefined where neither is there.
   */
  async find(tile: Tile): Promise<Uint8Array | undefined> {
    const exact = await this.store.read(tilePath(tile));
    if (exact !== undefined || tile.width === TILE_WIDTH) return exact;
    const full = await this.store.read(tilePath({ ...tile, width: TILE_WIDTH }));
    return full && cut(full, tile);
  }

  async readTile(tile: Tile): Promise<Uint8Array> {
    const bytes = await this.find(tile);
    if (bytes === undefined) throw new LedgerError('TILE_MISSING', `there is no ${tilePath(tile)}`);
    return bytes;
  }

  /** Safe to repeat. Throws TILE_DIFFERS where other bytes are there. */
  async write(tile: Tile, bytes: Uint8Array): Promise<void> {
    const path = tilePath(tile);
    if (await this.store.create(path, bytes)) return;
    const there = await this.store.read(path);
    if (there === undefined || Buffer.compare(there, bytes) !== 0) {
      throw new LedgerError('TILE_DIFFERS', `${path} is there already, with other bytes than the tree's`);
    }
  }

  /** The partial tiles in the place of a full one. */
  async removePartials(full: Tile): Promise<void> {
    await this.store.remove(`${tilePath({ ...full, width: TILE_WIDTH })}.p`);
  }
}

function cut(full: Uint8Array, { level, width }: Tile): Uint8Array {
  if (level !== 'entries') return full.subarray(0, width * HASH_SIZE);
  return encodeBundle(decodeBundle(full).slice(0, width));
}
