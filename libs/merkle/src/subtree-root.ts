import { HASH_SIZE, portableTreeHash, type TreeHash } from './tree-hash.js';

/** The hash of a perfect subtree from the hashes of its leaves or of its own perfect subtrees, 2^n of 32 bytes each. */
export function subtreeRoot(hashes: Uint8Array, hash: TreeHash = portableTreeHash): Uint8Array {
  // A copy, where `slice` of a Buffer is none.
  const row = new Uint8Array(hashes);
  for (let length = row.length; length > HASH_SIZE; length /= 2) {
    for (let at = 0; at < length; at += 2 * HASH_SIZE) {
      row.set(hash.parent(row.subarray(at, at + 2 * HASH_SIZE)), at / 2);
    }
  }
  return row.slice(0, HASH_SIZE);
}
