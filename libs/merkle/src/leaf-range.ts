import { MerkleError } from './merkle-error.js';
import { requireSize } from './tree-head.js';

/** Leaves `from` up to, not including, `to`; each one below is a subtree of RFC 6962, so its hash is well defined. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** A perfect subtree: the leaves [index x 2^height, (index + 1) x 2^height). */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** PATH(index, D[size]) of RFC 6962 section 2.1.1: the subtrees that an inclusion proof lists, from the leaf upwards. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  requireSize(index, 'index');
  requireSize(size, 'size');
  if (index >= size) throw new MerkleError('INVALID_RANGE', `A tree of size ${size} has no leaf ${index}`);
  const { passed } = descend(index, size, ({ from, to }) => to - from === 1);
  return passed.reverse();
}

/**
 * PROOF(older, D[newer]) of RFC 6962 section 2.1.2: the subtrees that a consistency proof lists. None between equal sizes
 * and none from the empty tree, with which every tree is consistent.
 */
export function consistencyRanges(older: number, newer: number): LeafRange[] {
  requireSize(older, 'size');
  requireSize(newer, 'size');
  if (older > newer) throw new MerkleError('INVALID_RANGE', `A log cannot shrink from ${older} to ${newer}`);
  if (older === 0) return [];
  const { passed, reached } = descend(older - 1, newer, ({ to }) => to === older);
  // The verifier knows the last subtree already if it is the whole older tree.
  const all = reached.from === 0 ? passed : [...passed, reached];
  return all.reverse();
}

/** The perfect subtrees that a range falls into, the largest first; its hash is theirs, folded from the right. */
export function subtreesOf({ from, to }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    const height = bitLength(to - at) - 1;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** Goes down from the root towards a leaf until it is there, and lists the siblings that it passes. */
function descend(
  leaf: number,
  size: number,
  isThere: (range: LeafRange) => boolean,
): { passed: LeafRange[]; reached: LeafRange } {
  const passed: LeafRange[] = [];
  let reached: LeafRange = { from: 0, to: size };
  while (!isThere(reached)) {
    const { from, to } = reached;
    // RFC 6962 splits n leaves at the largest power of two below n.
    const middle = from + 2 ** (bitLength(to - from - 1) - 1);
    const [left, right] = [
      { from, to: middle },
      { from: middle, to },
    ];
    passed.push(leaf < middle ? right : left);
    reached = leaf < middle ? left : right;
  }
  return { passed, reached };
}

/** Exact where Math.log2 is not: close to 2^53 it rounds. */
function bitLength(value: number): number {
  return value.toString(2).length;
}
