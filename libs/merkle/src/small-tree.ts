import { EMPTY_ROOT, portableTreeHash, type TreeHash } from './tree-hash.js';

/** A tree whose nodes are all in memory: for hundreds of leaves, not for a log. */
export interface SmallTree {
  readonly root: Uint8Array;
  /** The inclusion proof of leaf `index`: hashes from its sibling up to the root's child. */
  path(index: number): readonly Uint8Array[];
}

/** The tree of RFC 6962, section 2.1, over these leaf hashes. */
export function smallTree(leaves: readonly Uint8Array[], hash: TreeHash = portableTreeHash): SmallTree {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) level = parents(level, hash);
  return {
    root: levels.at(-1)?.[0] ?? EMPTY_ROOT,
    path: (index) => levels.flatMap((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? []),
  };
}

/** The last node of a level may have no sibling: then it stands for its own parent. */
function parents(level: readonly Uint8Array[], hash: TreeHash): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left !== undefined) above.push(right === undefined ? left : hash.node(left, right));
  }
  return above;
}
