import fc from 'fast-check';
import { goLog } from '../test/go-vectors.js';
import { memoryTiles } from '../test/memory-tiles.js';
import { naiveConsistency, naiveRoot, someEntries } from '../test/naive-tree.js';
import { codeOf, codeOfPromise } from '../test/thrown.js';
import { encodeBase64 } from './base64.js';
import { consistencyProof, verifyConsistency } from './consistency-proof.js';
import { EMPTY_ROOT, leafHash } from './tree-hash.js';

const entries = someEntries(70);
const headOf = (size: number) => ({ size, root: naiveRoot(entries.slice(0, size)) });

describe('consistency proofs', () => {
  it('are those of RFC 6962 between all trees up to 70, and verify', async () => {
    const leaves = entries.map(leafHash);
    const heads = Array.from({ length: 71 }, (_, size) => headOf(size));
    for (let newer = 1; newer <= 70; newer += 1) {
      const tiles = memoryTiles(leaves.slice(0, newer));
      for (let older = 1; older <= newer; older += 1) {
        const proof = await consistencyProof(older, newer, tiles);
        expect(proof).toEqual(naiveConsistency(older, entries.slice(0, newer)));
        verifyConsistency(proof, heads[older]!, heads[newer]!);
      }
    }
  });

  it('are those of RFC 6962 in trees of many tiles', async () => {
    const many = someEntries(1400);
    const leaves = many.map(leafHash);
    const sizes = fc.integer({ min: 1, max: 1400 }).chain((newer) => fc.tuple(fc.nat(newer - 1), fc.constant(newer)));
    await fc.assert(
      fc.asyncProperty(sizes, async ([before, newer]) => {
        const proof = await consistencyProof(before + 1, newer, memoryTiles(leaves.slice(0, newer)));
        expect(proof).toEqual(naiveConsistency(before + 1, many.slice(0, newer)));
      }),
      { numRuns: 30 },
    );
  });

  it.each(goLog.consistency)('from $from are those of the Go implementation', async ({ from, proof }) => {
    const tiles = memoryTiles(someEntries(goLog.size).map(leafHash));
    const made = await consistencyProof(from, goLog.size, tiles);
    expect(made.map(encodeBase64)).toEqual(proof);
  });

  it('are empty from the empty tree and between equal sizes, and read nothing', async () => {
    const tiles = memoryTiles([]);
    expect(await consistencyProof(0, 5, tiles)).toEqual([]);
    expect(await consistencyProof(0, 0, tiles)).toEqual([]);
    expect(await consistencyProof(5, 5, tiles)).toEqual([]);
    expect(tiles.read).toEqual([]);
  });

  it('refuse to be made for a log that shrinks', async () => {
    const tiles = memoryTiles([]);
    expect(await codeOfPromise(consistencyProof(2, 1, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(consistencyProof(-1, 1, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(consistencyProof(1, NaN, tiles))).toBe('INVALID_RANGE');
  });
});

describe('verifying consistency', () => {
  const empty = { size: 0, root: EMPTY_ROOT };

  it('takes the empty tree and equal trees without a proof', () => {
    expect(
      codeOf(() => {
        verifyConsistency([], empty, headOf(9));
      }),
    ).toBe('nothing');
    expect(
      codeOf(() => {
        verifyConsistency([], empty, empty);
      }),
    ).toBe('nothing');
    expect(
      codeOf(() => {
        verifyConsistency([], headOf(9), headOf(9));
      }),
    ).toBe('nothing');
  });

  it('refutes two roots of one size, and a root of the empty tree that is not one', () => {
    const other = { size: 9, root: headOf(8).root };
    expect(
      codeOf(() => {
        verifyConsistency([], headOf(9), other);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyConsistency([], { ...empty, root: other.root }, headOf(9));
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyConsistency([other.root], headOf(9), headOf(9));
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyConsistency([other.root], empty, headOf(9));
      }),
    ).toBe('PROOF_REFUTED');
  });

  it('refutes a proof with any bit changed, a hash more or fewer, or for other sizes', () => {
    const cases = fc
      .integer({ min: 2, max: 70 })
      .chain((newer) => fc.tuple(fc.integer({ min: 1, max: newer - 1 }), fc.constant(newer), fc.nat(), fc.nat(255)));
    fc.assert(
      fc.property(cases, ([older, newer, at, bit]) => {
        const proof = naiveConsistency(older, entries.slice(0, newer)).map((hash) => hash.slice());
        const verify = (some: Uint8Array[], from = older, to = newer) =>
          codeOf(() => {
            verifyConsistency(some, { ...headOf(older), size: from }, { ...headOf(newer), size: to });
          });
        expect(verify(proof)).toBe('nothing');
        expect(verify(proof.slice(1))).toBe('PROOF_REFUTED');
        expect(verify([...proof, proof[0]!])).toBe('PROOF_REFUTED');
        expect(verify([])).toBe('PROOF_REFUTED');
        if (older > 1) expect(verify(proof, older - 1)).toBe('PROOF_REFUTED');
        proof[at % proof.length]![bit >> 3]! ^= 1 << (bit & 7);
        expect(verify(proof)).toBe('PROOF_REFUTED');
      }),
    );
  });

  it('refuses what could not be a proof', () => {
    expect(
      codeOf(() => {
        verifyConsistency([], headOf(9), headOf(8));
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyConsistency([], { ...empty, size: -1 }, headOf(8));
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyConsistency([], empty, { ...empty, size: 0.5 });
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyConsistency([new Uint8Array(31)], headOf(1), headOf(2));
      }),
    ).toBe('INVALID_HASH');
  });
});
