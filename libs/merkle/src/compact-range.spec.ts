import fc from 'fast-check';
import { naiveRoot, someEntries } from '../test/naive-tree.js';
import { ctLeafHashes, ctRoots } from '../test/rfc6962-vectors.js';
import { codeOf } from '../test/thrown.js';
import { CompactRange } from './compact-range.js';
import { leafHash } from './tree-hash.js';

describe('CompactRange', () => {
  it('has the roots of the reference tests at every size', () => {
    const range = CompactRange.empty();
    const roots = [range.root()];
    for (const leaf of ctLeafHashes) {
      range.append(leaf);
      roots.push(range.root());
    }
    expect(roots).toEqual(ctRoots);
  });

  it('has the root of the definition at every size up to 70', () => {
    const entries = someEntries(70);
    const range = CompactRange.empty();
    entries.forEach((entry, index) => {
      range.append(leafHash(entry));
      expect(range.size).toBe(index + 1);
      expect(range.root()).toEqual(naiveRoot(entries.slice(0, index + 1)));
    });
  });

  it('goes on from its bytes wherever a batch ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 5 }), (batches) => {
        const entries = someEntries(batches.reduce((sum, batch) => sum + batch, 0));
        let bytes = new Uint8Array(0) as Uint8Array;
        let size = 0;
        for (const batch of batches) {
          const range = CompactRange.fromBytes(size, bytes);
          range.appendAll(entries.slice(size, size + batch).map(leafHash));
          bytes = range.toBytes();
          size = range.size;
        }
        expect(CompactRange.fromBytes(size, bytes).root()).toEqual(naiveRoot(entries));
      }),
      { numRuns: 40 },
    );
  });

  it('counts past 32 bits', () => {
    const range = CompactRange.fromBytes(2 ** 40 - 1, new Uint8Array(40 * 32));
    range.append(new Uint8Array(32));
    expect(range.size).toBe(2 ** 40);
    expect(range.toBytes()).toEqual(range.root());
  });

  it('does not share its state with the bytes that it was read from', () => {
    const bytes = leafHash(Uint8Array.of(1));
    const range = CompactRange.fromBytes(1, bytes);
    const root = Uint8Array.from(range.root());
    bytes.fill(0);
    expect(range.root()).toEqual(root);
  });

  it('refuses a frontier that does not fit the size', () => {
    expect(codeOf(() => CompactRange.fromBytes(3, new Uint8Array(32)))).toBe('INVALID_FRONTIER');
    expect(codeOf(() => CompactRange.fromBytes(1, new Uint8Array(31)))).toBe('INVALID_FRONTIER');
    expect(codeOf(() => CompactRange.fromBytes(0, new Uint8Array(32)))).toBe('INVALID_FRONTIER');
    expect(codeOf(() => CompactRange.fromBytes(-1, new Uint8Array(0)))).toBe('INVALID_RANGE');
    expect(codeOf(() => CompactRange.fromBytes(2 ** 53, new Uint8Array(32)))).toBe('INVALID_RANGE');
  });
});
