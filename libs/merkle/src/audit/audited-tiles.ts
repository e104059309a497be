import { TILE_WIDTH, type Tile } from '../tile.js';
import { HASH_SIZE } from '../tree-hash.js';
import { readBundle } from './read-bundle.js';

/** The files of a log, which nobody believes. */
export interface AuditedTiles {
  /**
   * The bytes at the tile's path. Undefined if the log has no such file; rejects only if that cannot be known. May be
   * called many times at once.
   */
  readTile(tile: Tile): Promise<Uint8Array | undefined>;
}

/**
 * The tile, or as much of the full one: by c2sp.org/tlog-tiles a log may remove a partial tile once the full one is there,
 * and a log that grows while it is read does.
 */
export async function readTileOrWider(tiles: AuditedTiles, tile: Tile): Promise<Uint8Array | undefined> {
  const bytes = await tiles.readTile(tile);
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes;
  const full = await tiles.readTile({ ...tile, width: TILE_WIDTH });
  if (tile.level !== 'entries') return full?.subarray(0, tile.width * HASH_SIZE);
  return full?.subarray(0, readBundle(full, tile.width).end);
}
