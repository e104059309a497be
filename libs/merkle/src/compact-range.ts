import { concatBytes } from '@noble/hashes/utils.js';
import { MerkleError } from './merkle-error.js';
import { EMPTY_ROOT, HASH_SIZE, portableTreeHash, requireHash, type TreeHash } from './tree-hash.js';
import { requireSize } from './tree-head.js';

/**
 * The least that a log must keep to grow: the roots of the perfect subtrees that its leaves fall into, the largest
 * first, one for each 1 in the binary size (the "frontier"; a compact range that starts at 0). Appending costs less than
 * one node hash a leaf in the long run.
 */
export class CompactRange {
  readonly #hash: TreeHash;
  readonly #peaks: Uint8Array[];
  #size: number;

  private constructor(size: number, peaks: Uint8Array[], hash: TreeHash) {
    this.#size = size;
    this.#peaks = peaks;
    this.#hash = hash;
  }

  static empty(hash: TreeHash = portableTreeHash): CompactRange {
    return new CompactRange(0, [], hash);
  }

  /** From what `toBytes` gave for a tree of this size. Throws INVALID_FRONTIER if the length does not fit the size. */
  static fromBytes(size: number, bytes: Uint8Array, hash: TreeHash = portableTreeHash): CompactRange {
    requireSize(size, 'size');
    if (bytes.length !== HASH_SIZE * ones(size)) {
      throw new MerkleError('INVALID_FRONTIER', `${bytes.length} bytes cannot be the frontier of ${size} leaves`);
    }
    const peaks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += HASH_SIZE) peaks.push(new Uint8Array(bytes.subarray(at, at + HASH_SIZE)));
    return new CompactRange(size, peaks, hash);
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf hash at index `size`. It is kept, so the caller must not overwrite it. Throws INVALID_HASH. */
  append(leaf: Uint8Array): void {
    requireHash(leaf);
    let node = leaf;
    // Each trailing 1 of the size is a left sibling that waits for this subtree: a binary counter that carries.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = this.#hash.node(this.#peaks.pop() ?? EMPTY_ROOT, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  appendAll(leaves: Iterable<Uint8Array>): void {
    for (const leaf of leaves) this.append(leaf);
  }

  /** The Merkle tree hash of all leaves so far. */
  root(): Uint8Array {
    if (this.#size === 0) return EMPTY_ROOT;
    return this.#peaks.reduceRight((right, left) => this.#hash.node(left, right));
  }

  /** The frontier: 32 bytes a perfect subtree, the largest subtree first. The size is not in it. */
  toBytes(): Uint8Array {
    return concatBytes(...this.#peaks);
  }
}

function ones(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}
