import { naiveInclusion, naiveRoot, someEntries } from '../test/naive-tree.js';
import { smallTree } from './small-tree.js';
import { leafHash } from './tree-hash.js';

it('has the root and the proofs of RFC 6962 for every size and index up to 70', () => {
  for (let size = 0; size <= 70; size += 1) {
    const entries = someEntries(size);
    const tree = smallTree(entries.map(leafHash));
    expect(tree.root).toEqual(naiveRoot(entries));
    for (const index of entries.keys()) expect(tree.path(index)).toEqual(naiveInclusion(index, entries));
  }
});
