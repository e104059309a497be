import { tilePath, type Tile } from './tile.js';
import type { TileReader } from './tile-reader.js';

/**
 * Reads tiles as another reader does, and keeps those above the leaves that were asked for last: proofs have most of them
 * in common, and a tile of a width never changes. What cannot be read is not remembered.
 */
export class KeptTiles implements TileReader {
  /** By path, the longest unused first. */
  private readonly kept = new Map<string, Promise<Uint8Array>>();

  /** `most`: how many tiles are kept, of up to 8 KiB each and as much again for what is computed of them. */
  constructor(
    private readonly below: TileReader,
    private readonly most: number,
  ) {}

  readTile(tile: Tile): Promise<Uint8Array> {
    if (tile.level === 0 || tile.level === 'entries') return this.below.readTile(tile);
    const path = tilePath(tile);
    const bytes = this.kept.get(path) ?? this.below.readTile(tile);
    this.kept.delete(path);
    this.kept.set(path, bytes);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size > this.most) this.kept.delete(oldest);
    bytes.catch(() => {
      if (this.kept.get(path) === bytes) this.kept.delete(path);
    });
    return bytes;
  }
}
