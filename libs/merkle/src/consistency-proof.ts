import { equalBytes } from '@noble/curves/utils.js';
import { consistencyRanges } from './leaf-range.js';
import { MerkleError } from './merkle-error.js';
import { proofPath } from './proof-path.js';
import { readHashes } from './read-hashes.js';
import type { TileReader } from './tile-reader.js';
import { EMPTY_ROOT, portableTreeHash, type TreeHash } from './tree-hash.js';
import { halve, requireSize, type TreeHead } from './tree-head.js';

/**
 * The proof that the tree of size `newer` begins with the tree of size `older`. It is empty between equal sizes and from
 * the empty tree. Rejects with INVALID_RANGE if `older` is the larger, and as `readHashes` does.
 */
export async function consistencyProof(
  older: number,
  newer: number,
  reader: TileReader,
  hash: TreeHash = portableTreeHash,
): Promise<Uint8Array[]> {
  return readHashes(consistencyRanges(older, newer), newer, reader, hash);
}

/**
 * Returns if the newer tree begins with the older one, by RFC 9162 section 2.1.4.2. Throws PROOF_REFUTED if the proof does
 * not show it, INVALID_HASH or INVALID_RANGE if it could not.
 */
export function verifyConsistency(
  proof: readonly Uint8Array[],
  older: TreeHead,
  newer: TreeHead,
  hash: TreeHash = portableTreeHash,
): void {
  requireSize(older.size, 'size');
  requireSize(newer.size, 'size');
  if (older.size > newer.size) {
    throw new MerkleError('INVALID_RANGE', `A log cannot shrink from ${older.size} to ${newer.size}`);
  }
  if (!isConsistent(proof, older, newer, hash)) {
    throw new MerkleError('PROOF_REFUTED', `The tree of size ${newer.size} does not begin with that of ${older.size}`);
  }
}

function isConsistent(proof: readonly Uint8Array[], older: TreeHead, newer: TreeHead, hash: TreeHash): boolean {
  // RFC 9162 leaves these two out: there is nothing to prove, yet the roots that are known must be right.
  if (older.size === newer.size) return proof.length === 0 && equalBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equalBytes(older.root, EMPTY_ROOT);

  let [node, last] = [older.size - 1, newer.size - 1];
  while (node % 2 === 1) [node, last] = [halve(node), halve(last)];
  // An older tree that is one perfect subtree begins the path itself, so the proof leaves it out.
  const path = node === 0 ? [older.root, ...proof] : proof;
  const sides = proofPath(node, last, path.length - 1);
  return sides !== undefined && leadsToBoth(path, sides, older, newer, hash);
}

/** A hash on the left belongs to both trees, one on the right to the newer alone. */
function leadsToBoth(
  [start = EMPTY_ROOT, ...path]: readonly Uint8Array[],
  sides: readonly ('left' | 'right')[],
  older: TreeHead,
  newer: TreeHead,
  hash: TreeHash,
): boolean {
  let [olderRoot, newerRoot] = [start, start];
  for (const [at, sibling] of path.entries()) {
    if (sides[at] === 'left') olderRoot = hash.node(sibling, olderRoot);
    newerRoot = sides[at] === 'left' ? hash.node(sibling, newerRoot) : hash.node(newerRoot, sibling);
  }
  return equalBytes(olderRoot, older.root) && equalBytes(newerRoot, newer.root);
}
