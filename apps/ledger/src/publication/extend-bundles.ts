import { encodeBundle } from '#merkle/entry-bundle.js';
import { TILE_WIDTH, type Tile } from '#merkle/tile.js';

export interface Bundles {
  readonly bundles: readonly { readonly tile: Tile; readonly bytes: Uint8Array }[];
  /** The entries of the last bundle while it is not full; from them the next ones go on. */
  readonly partial: readonly Uint8Array[];
}

/** The entry bundles that appending these entries brings to a log of this size, whose last bundle holds `partial`. */
export function extendBundles(size: number, partial: readonly Uint8Array[], entries: readonly Uint8Array[]): Bundles {
  const row = [...partial, ...entries];
  const first = Math.floor(size / TILE_WIDTH);
  const bundles = Array.from({ length: Math.ceil(row.length / TILE_WIDTH) }, (_, index) => {
    const bundle = row.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    return {
      tile: { level: 'entries' as const, index: first + index, width: bundle.length },
      bytes: encodeBundle(bundle),
    };
  });
  return { bundles, partial: row.slice(row.length - (row.length % TILE_WIDTH)) };
}
