import fc from 'fast-check';
import { memoryTiles } from '../test/memory-tiles.js';
import { naiveRoot, someEntries } from '../test/naive-tree.js';
import { codeOf, codeOfPromise } from '../test/thrown.js';
import { CompactRange } from './compact-range.js';
import { compactRangeOf, EMPTY_EDGE, extendTiles, readEdge } from './extend-tiles.js';
import { readRoot } from './read-hashes.js';
import { tilesBetween } from './tiles-of-size.js';
import { EMPTY_ROOT, leafHash } from './tree-hash.js';

const batches = fc.array(fc.oneof(fc.nat(20), fc.integer({ min: 200, max: 700 })), { minLength: 1, maxLength: 6 });

describe('extending the tiles of a log', () => {
  it('makes exactly the tiles that are new, as the definition has them', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const leaves = someEntries(sizes.reduce((sum, size) => sum + size, 0)).map(leafHash);
        let edge = EMPTY_EDGE;
        for (const size of sizes) {
          const from = edge.size;
          const extended = extendTiles(edge, leaves.slice(from, from + size));
          const expected = Array.from(tilesBetween(from, from + size)).filter(({ level }) => level !== 'entries');
          expect(extended.tiles.map(({ tile }) => tile)).toEqual(expected);
          const reader = memoryTiles(leaves.slice(0, from + size));
          for (const { tile, bytes } of extended.tiles) expect(bytes).toEqual(await reader.readTile(tile));
          edge = extended.edge;
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes on from tiles that were read back', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const leaves = someEntries(sizes.reduce((sum, size) => sum + size, 0)).map(leafHash);
        let edge = EMPTY_EDGE;
        for (const size of sizes) {
          edge = extendTiles(edge, leaves.slice(edge.size, edge.size + size)).edge;
          expect(await readEdge(edge.size, memoryTiles(leaves.slice(0, edge.size)))).toEqual(edge);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('agrees with the frontier and the root that were kept apart from the tiles', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 700, 1024]) {
      const entries = someEntries(size);
      const leaves = entries.map(leafHash);
      const { edge } = extendTiles(EMPTY_EDGE, leaves);
      const range = CompactRange.empty();
      range.appendAll(leaves);
      expect(compactRangeOf(edge).toBytes()).toEqual(range.toBytes());
      expect(compactRangeOf(edge).root()).toEqual(naiveRoot(entries));
      expect(await readRoot(size, memoryTiles(leaves))).toEqual(naiveRoot(entries));
    }
  });

  it('finds the roots of three levels of tiles', async () => {
    const leaves = Array.from({ length: 70_000 }, (_, index) =>
      leafHash(Uint8Array.of(index >> 16, index >> 8, index)),
    );
    const range = CompactRange.empty();
    range.appendAll(leaves);
    const { edge, tiles } = extendTiles(EMPTY_EDGE, leaves);
    expect(tiles).toHaveLength(274 + 2 + 1);
    expect(edge.partials.map(({ length }) => length / 32)).toEqual([112, 17, 1]);
    expect(compactRangeOf(edge).root()).toEqual(range.root());
    expect(await readRoot(70_000, memoryTiles(leaves))).toEqual(range.root());
  });

  it('makes nothing of no leaves', () => {
    const { edge } = extendTiles(EMPTY_EDGE, someEntries(3).map(leafHash));
    expect(extendTiles(edge, [])).toEqual({ edge, tiles: [] });
    expect(compactRangeOf(EMPTY_EDGE).root()).toEqual(EMPTY_ROOT);
  });

  it('refuses leaves that are no hashes, tiles that are cut short, and sizes that cannot be', async () => {
    expect(codeOf(() => extendTiles(EMPTY_EDGE, [new Uint8Array(31)]))).toBe('INVALID_HASH');
    expect(await codeOfPromise(readEdge(4, memoryTiles(someEntries(3).map(leafHash))))).toBe('INVALID_TILE');
    expect(await codeOfPromise(readRoot(4, memoryTiles(someEntries(3).map(leafHash))))).toBe('INVALID_TILE');
    expect(await codeOfPromise(readRoot(-1, memoryTiles([])))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(readEdge(-1, memoryTiles([])))).toBe('INVALID_RANGE');
  });
});
