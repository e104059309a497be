import { HASH_SIZE } from '../tree-hash.js';

/**
 * What is wrong with a log's files.
 *
 * - `TILE_MISSING`: a tile or a bundle of the tree is not there.
 * - `TILE_LENGTH`: a hash tile is longer or shorter than its width.
 * - `BUNDLE_MALFORMED`: a bundle is cut short, or has more entries than its width.
 * - `ENTRY_ALTERED`: an entry is not the one that the log signed.
 * - `HASH_ALTERED`: a hash of a tile is not the one that the log signed.
 * - `SUBTREE_REPLACED`: a tile and all that is below it agree with one another, and are not what the log signed.
 * - `HASH_DISPUTED`: a hash of a tile and what is below it differ, and nothing that was signed says which is right.
 * - `ROOT_DIFFERS`: neither the entries nor the tiles lead to the root that the log signed.
 */
export type TreeFindingCode =
  | 'TILE_MISSING'
  | 'TILE_LENGTH'
  | 'BUNDLE_MALFORMED'
  | 'ENTRY_ALTERED'
  | 'HASH_ALTERED'
  | 'SUBTREE_REPLACED'
  | 'HASH_DISPUTED'
  | 'ROOT_DIFFERS';

/** One damage, at its place. */
export interface TreeFinding {
  readonly code: TreeFindingCode;
  /** Of the file, under the log's prefix. */
  readonly path: string;
  /** Where in the file. */
  readonly byte?: number;
  /** Which entry of the log. */
  readonly entry?: number;
  /** How many hashes or entries in a row, beginning at the place; one if left out. */
  readonly count?: number;
}

/** One finding for what lies side by side in a file: a length that was altered alters every entry behind it. */
export function mergeFindings(findings: readonly TreeFinding[]): TreeFinding[] {
  const merged: TreeFinding[] = [];
  for (const finding of findings) {
    const last = merged.at(-1);
    if (last !== undefined && follows(last, finding))
      merged[merged.length - 1] = { ...last, count: (last.count ?? 1) + 1 };
    else merged.push(finding);
  }
  return merged;
}

function follows(last: TreeFinding, next: TreeFinding): boolean {
  if (last.code !== next.code || last.path !== next.path) return false;
  const count = last.count ?? 1;
  if (last.entry !== undefined) return next.entry === last.entry + count;
  return last.byte !== undefined && next.byte === last.byte + count * HASH_SIZE;
}
