import { equalBytes } from '@noble/curves/utils.js';
import type { Tile } from '../tile.js';
import { HASH_SIZE } from '../tree-hash.js';

/** A hash tile that is not what is below it adds up to. */
export interface SuspectTile {
  readonly tile: Tile;
  /** What is below it adds up to. */
  readonly recomputed: Uint8Array;
  /** Which of its hashes differ. */
  readonly places: readonly number[];
}

/** The hash at a place of a row; short where the row ends. */
export function hashAt(row: Uint8Array, place: number): Uint8Array {
  return row.subarray(place * HASH_SIZE, (place + 1) * HASH_SIZE);
}

/** The places at which a row that was read is not the row that was recomputed. A hash that is cut short differs. */
export function placesThatDiffer(read: Uint8Array, recomputed: Uint8Array): number[] {
  // Nearly every tile is right: one comparison tells.
  if (equalBytes(read, recomputed)) return [];
  const places = Array.from({ length: recomputed.length / HASH_SIZE }, (_, place) => place);
  return places.filter((place) => !equalBytes(hashAt(read, place), hashAt(recomputed, place)));
}
