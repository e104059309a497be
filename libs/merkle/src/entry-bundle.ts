import { MerkleError } from './merkle-error.js';
import { TILE_WIDTH } from './tile.js';

/** Bytes of the largest entry that a bundle can hold: its length is written in 16 bits. */
export const MAX_ENTRY_SIZE = 0xffff;

/**
 * The entries as c2sp.org/tlog-tiles lays them out: for each, its length as big-endian u16 and its bytes. Bundles of
 * consecutive entries can be joined by joining their bytes. Throws ENTRY_TOO_LARGE.
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((size, entry) => size + 2 + entry.length, 0));
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.length > MAX_ENTRY_SIZE) {
      throw new MerkleError('ENTRY_TOO_LARGE', `Entry ${index} of the bundle has ${entry.length} bytes, over 65535`);
    }
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, as views into its bytes. Throws INVALID_BUNDLE, with the place, if it is cut short, and if it
 * has more than 256 entries.
 */
export function decodeBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const high = bundle[at] ?? NaN;
    const low = bundle[at + 1] ?? NaN;
    const end = at + 2 + high * 256 + low;
    if (!(end <= bundle.length)) {
      throw new MerkleError('INVALID_BUNDLE', `Entry ${entries.length}, at byte ${at}, is cut short`);
    }
    if (entries.length === TILE_WIDTH) throw new MerkleError('INVALID_BUNDLE', 'More than 256 entries in a bundle');
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
