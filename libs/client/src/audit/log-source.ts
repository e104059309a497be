import type { AuditedTiles } from '#merkle/audit/audited-tiles.js';
import { MAX_ENTRY_SIZE } from '#merkle/entry-bundle.js';
import { TILE_WIDTH, type Tile } from '#merkle/tile.js';
import { HASH_SIZE } from '#merkle/tree-hash.js';

/** The files of one log, wherever they are. Nothing that it gives is believed. */
export interface LogSource extends AuditedTiles {
  /** The folder, or the URL. */
  readonly place: string;
  /** The bytes of its checkpoint; undefined if there is none. Rejects only if that cannot be known. */
  readCheckpoint(): Promise<Uint8Array | undefined>;
}

/** A note that is longer is none. */
export const MAX_CHECKPOINT_BYTES = 1_000_000;

/** The most that a file of this kind can have. One that has more is damaged, and need not be read to its end. */
export function mostBytes({ level }: Tile): number {
  return level === 'entries' ? TILE_WIDTH * (2 + MAX_ENTRY_SIZE) : TILE_WIDTH * HASH_SIZE;
}
