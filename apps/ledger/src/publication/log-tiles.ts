import type { Tile } from '#merkle/tile.js';
import { TILE_WIDTH, tilePath } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { LedgerError } from '../ledger-error.js';
import type { TileStore } from './tile-store.js';

/** The tiles of one log, as they are stored. What was written once under a path is never written otherwise. */
export class LogTiles implements TileReader {
  constructor(private readonly store: TileStore) {}

  /** Throws TILE_MISSING. */
  async readTile(tile: Tile): Promise<Uint8Array> {
    const bytes = await this.store.read(tilePath(tile));
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
