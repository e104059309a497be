import type { Tile } from './tile.js';

/** Where the tiles of a log are read from: files, a table, an HTTP server, memory. */
export interface TileReader {
  /**
   * The bytes of a tile: at least its width x 32, and more if only a wider tile of the same place is left, since partial
   * tiles may go once the full one exists. They need not be trusted: a proof made of wrong ones does not verify. May be
   * called many times at once. Rejects if there is no such tile. Nobody changes the bytes afterwards: whoever gives the same
   * ones again spares the reader what it computed of them.
   */
  readTile(tile: Tile): Promise<Uint8Array>;
}
