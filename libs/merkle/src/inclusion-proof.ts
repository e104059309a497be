import { equalBytes } from '@noble/curves/utils.js';
import { inclusionRanges } from './leaf-range.js';
import { MerkleError } from './merkle-error.js';
import { proofPath } from './proof-path.js';
import { readHashes } from './read-hashes.js';
import type { TileReader } from './tile-reader.js';
import { portableTreeHash, requireHash, type TreeHash } from './tree-hash.js';
import { requireSize, type TreeHead } from './tree-head.js';

/**
 * The proof that leaf `index` is in the tree of this size: hashes from the leaf's sibling up to the root's child. Rejects
 * with INVALID_RANGE if there is no such leaf, and as `readHashes` does.
 */
export async function inclusionProof(
  index: number,
  size: number,
  reader: TileReader,
  hash: TreeHash = portableTreeHash,
): Promise<Uint8Array[]> {
  return readHashes(inclusionRanges(index, size), size, reader, hash);
}

/**
 * The root of the tree of this size that the proof puts the leaf hash into at this index, by RFC 9162 section 2.1.3.2.
 * Throws PROOF_REFUTED if the proof is not of as many hashes as one for the index is, INVALID_HASH or INVALID_RANGE if
 * there could be none.
 */
function inclusionRoot(
  proof: readonly Uint8Array[],
  leaf: Uint8Array,
  index: number,
  size: number,
  hash: TreeHash = portableTreeHash,
): Uint8Array {
  requireSize(index, 'index');
  requireSize(size, 'size');
  requireHash(leaf);
  if (index >= size) throw new MerkleError('INVALID_RANGE', `A tree of size ${size} has no leaf ${index}`);
  const sides = proofPath(index, size - 1, proof.length);
  if (sides === undefined)
    throw new MerkleError('PROOF_REFUTED', `${proof.length} hashes are not a proof for ${index}`);
  return proof.reduce(
    (node, sibling, at) => (sides[at] === 'left' ? hash.node(sibling, node) : hash.node(node, sibling)),
    leaf,
  );
}

/**
 * Returns if the leaf hash is at this index of the tree. Throws PROOF_REFUTED if the proof does not show it, and as
 * `inclusionRoot` does.
 */
export function verifyInclusion(
  proof: readonly Uint8Array[],
  leaf: Uint8Array,
  index: number,
  head: TreeHead,
  hash: TreeHash = portableTreeHash,
): void {
  if (!equalBytes(inclusionRoot(proof, leaf, index, head.size, hash), head.root))
    throw new MerkleError('PROOF_REFUTED', `Entry ${index} is not what the proof is of`);
}
