import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { MerkleError } from './merkle-error.js';

/** Bytes of a hash. */
export const HASH_SIZE = 32;

/** SHA-256 of the bytes, 32 bytes. It must not keep its argument, which is overwritten afterwards. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The two hashes of a Merkle tree, RFC 6962 section 2.1: a leaf can never pass for a node, nor a node for a leaf. */
export interface TreeHash {
  /** SHA-256(0x00 || entry). */
  leaf(entry: Uint8Array): Uint8Array;
  /** SHA-256(0x01 || left || right). Throws INVALID_HASH unless both are 32 bytes. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** The same of two hashes that lie side by side, 64 bytes. Throws INVALID_HASH. */
  parent(children: Uint8Array): Uint8Array;
}

/**
 * Binds tree hashing to an implementation of SHA-256. The prefixed input is laid out in buffers that are used again and
 * again, because an allocation a hash costs about as much as the hash.
 */
export function treeHash(sha256: Sha256): TreeHash {
  const node = new Uint8Array(1 + 2 * HASH_SIZE);
  node[0] = 0x01;
  let leaf = new Uint8Array(4096);
  return {
    leaf(entry) {
      const length = 1 + entry.length;
      if (length > leaf.length) leaf = new Uint8Array(2 * length);
      leaf.set(entry, 1);
      return sha256(leaf.subarray(0, length));
    },
    node(left, right) {
      requireHash(left);
      requireHash(right);
      node.set(left, 1);
      node.set(right, 1 + HASH_SIZE);
      return sha256(node);
    },
    parent(children) {
      if (children.length !== 2 * HASH_SIZE) throw invalidHash(`Two hashes of ${children.length} bytes`);
      node.set(children, 1);
      return sha256(node);
    },
  };
}

/** Throws INVALID_HASH for anything that is not as long as a hash. */
export function requireHash(hash: Uint8Array): void {
  if (hash.length !== HASH_SIZE) throw invalidHash(`A hash of ${hash.length} bytes`);
}

function invalidHash(message: string): MerkleError {
  return new MerkleError('INVALID_HASH', message);
}

/** Tree hashing that runs anywhere. `node-cryptography.ts` has one that is faster on Node. */
export const portableTreeHash: TreeHash = treeHash(nobleSha256);

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = nobleSha256(new Uint8Array(0));

/** RFC 6962 leaf hash of the entry's bytes as they are in the log. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return portableTreeHash.leaf(entry);
}

/** RFC 6962 hash of two subtrees. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return portableTreeHash.node(left, right);
}
