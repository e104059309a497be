import { readEdge } from './extend-tiles.js';
import { CompactRange } from './compact-range.js';
import { subtreeRoot } from './subtree-root.js';

/** `slice` of a Buffer is a view of it, where that of a Uint8Array is a copy. */
describe('bytes that are given as a Buffer', () => {
  const bytes = () => Buffer.alloc(4 * 32, 7);

  it('stay as they are while a root is made of them', () => {
    const given = bytes();
    expect(subtreeRoot(given)).toEqual(subtreeRoot(new Uint8Array(bytes())));
    expect(given).toEqual(bytes());
  });

  it('may be overwritten after an edge was made of them', async () => {
    const given = bytes();
    const edge = await readEdge(4, { readTile: () => Promise.resolve(given) });
    given.fill(0);
    expect(edge.partials).toEqual([new Uint8Array(bytes())]);
  });

  it('may be overwritten after a frontier was made of them', () => {
    const given = bytes().subarray(0, 64);
    const range = CompactRange.fromBytes(3, given);
    given.fill(0);
    expect(range.toBytes()).toEqual(new Uint8Array(bytes().subarray(0, 64)));
  });
});
