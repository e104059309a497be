import { encodeBundle } from '#merkle/entry-bundle.js';
import { TILE_WIDTH, type Tile } from '#merkle/tile.js';

export interface Bundle {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

export interface Bundles {
  /** Those that became full. */
  readonly full: readonly Bundle[];
  /** The entries of the bundle that is not; from them the next ones go on. */
  readonly partial: readonly Uint8Array[];
}

/** The entry bundles that appending these entries brings to a log of this size, whose last bundle holds `partial`. */
export function extendBundles(size: number, partial: readonly Uint8Array[], entries: readonly Uint8Array[]): Bundles {
  const row = [...partial, ...entries];
  const first = Math.floor(size / TILE_WIDTH);
  const full = Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, index) =>
    bundleOf(first + index, row.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)),
  );
  return { full, partial: row.slice(full.length * TILE_WIDTH) };
}

/** The last bundle of a log of this size, unless it is full. */
export function partialBundle(size: number, partial: readonly Uint8Array[]): readonly Bundle[] {
  return partial.length === 0 ? [] : [bundleOf(Math.floor(size / TILE_WIDTH), partial)];
}

function bundleOf(index: number, entries: readonly Uint8Array[]): Bundle {
  return { tile: { level: 'entries', index, width: entries.length }, bytes: encodeBundle(entries) };
}
