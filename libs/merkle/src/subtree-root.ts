import { HASH_SIZE, portableTreeHash, type TreeHash } from './tree-hash.js';

/** The hash of a perfect subtree from the hashes of its leaves or of its own perfect subtrees, 2^n of 32 bytes each. */
export function subtreeRoot(hashes: Uint8Array, hash: TreeHash = portableTreeHash): Uint8Array {
  // A copy, where `slice` of a Buffer is none.
  const row = new Uint8Array(hashes);
  const at = (index: number) => row.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE);
  for (let width = row.length / HASH_SIZE; width > 1; width /= 2) {
    for (let index = 0; index < width; index += 2) {
      row.set(hash.node(at(index), at(index + 1)), (index / 2) * HASH_SIZE);
    }
  }
  return row.slice(0, HASH_SIZE);
}
