import fc from 'fast-check';
import { goLog } from '../test/go-vectors.js';
import { memoryTiles } from '../test/memory-tiles.js';
import { naiveInclusion, naiveRoot, someEntries } from '../test/naive-tree.js';
import { ctLeaves, ctRoots } from '../test/rfc6962-vectors.js';
import { codeOf, codeOfPromise } from '../test/thrown.js';
import { CompactRange } from './compact-range.js';
import { inclusionProof, verifyInclusion } from './inclusion-proof.js';
import { parseTlogProof } from './tlog-proof.js';
import { leafHash } from './tree-hash.js';

describe('inclusion proofs', () => {
  it('are those of RFC 6962 for every leaf of every tree up to 70, and verify', async () => {
    const entries = someEntries(70);
    const leaves = entries.map(leafHash);
    for (let size = 1; size <= 70; size += 1) {
      const tiles = memoryTiles(leaves.slice(0, size));
      const head = { size, root: naiveRoot(entries.slice(0, size)) };
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, tiles);
        expect(proof).toEqual(naiveInclusion(index, entries.slice(0, size)));
        verifyInclusion(proof, leaves[index]!, index, head);
      }
    }
  });

  it('are those of RFC 6962 in trees of many tiles', async () => {
    const entries = someEntries(1400);
    const leaves = entries.map(leafHash);
    const places = fc.integer({ min: 1, max: 1400 }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));
    await fc.assert(
      fc.asyncProperty(places, async ([index, size]) => {
        const proof = await inclusionProof(index, size, memoryTiles(leaves.slice(0, size)));
        expect(proof).toEqual(naiveInclusion(index, entries.slice(0, size)));
      }),
      { numRuns: 30 },
    );
  });

  it('verify in a tree of three levels of tiles, from three tiles at most a level', async () => {
    const size = 70_000;
    const leaves = Array.from({ length: size }, (_, index) => leafHash(Uint8Array.of(index >> 16, index >> 8, index)));
    const range = CompactRange.empty();
    range.appendAll(leaves);
    const tiles = memoryTiles(leaves);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      tiles.read.length = 0;
      const proof = await inclusionProof(index, size, tiles);
      verifyInclusion(proof, leaves[index]!, index, { size, root: range.root() });
      expect(new Set(tiles.read).size).toBe(tiles.read.length);
      expect(tiles.read.length).toBeLessThanOrEqual(6);
    }
  });

  it('are those of the Go implementation', async () => {
    const { index, hashes } = parseTlogProof(goLog.proof);
    const tiles = memoryTiles(someEntries(goLog.size).map(leafHash));
    expect(await inclusionProof(index, goLog.size, tiles)).toEqual(hashes);
  });

  it('are made from wider tiles when the partial ones are gone', async () => {
    const leaves = someEntries(300).map(leafHash);
    const all = memoryTiles(leaves);
    const onlyWider = { readTile: () => all.readTile({ level: 0, index: 0, width: 256 }) };
    expect(await inclusionProof(7, 100, onlyWider)).toEqual(
      await inclusionProof(7, 100, memoryTiles(leaves.slice(0, 100))),
    );
  });

  it('refuse to be made for what is not there', async () => {
    const tiles = memoryTiles(someEntries(5).map(leafHash));
    expect(await codeOfPromise(inclusionProof(5, 5, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(inclusionProof(-1, 5, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(inclusionProof(0, 0, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(inclusionProof(0, 2 ** 53, tiles))).toBe('INVALID_RANGE');
    expect(await codeOfPromise(inclusionProof(0, 6, tiles))).toBe('INVALID_TILE');
  });
});

describe('verifying inclusion', () => {
  const size = ctLeaves.length;
  const head = { size, root: ctRoots[size]! };
  const proofOf = (index: number) => naiveInclusion(index, ctLeaves);

  it('refutes a proof for another leaf, index, size or root', () => {
    const leaf = leafHash(ctLeaves[3]!);
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(3), leafHash(ctLeaves[4]!), 3, head);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(3), leaf, 2, head);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(3), leaf, 3, { ...head, size: 9 });
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(3), leaf, 3, { ...head, size: 4 });
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(3), leaf, 3, { ...head, root: ctRoots[7]! });
      }),
    ).toBe('PROOF_REFUTED');
  });

  it('refutes a proof with any bit changed, or a hash more or fewer', () => {
    const places = fc.tuple(fc.nat(size - 1), fc.nat(2), fc.nat(255));
    fc.assert(
      fc.property(places, ([index, at, bit]) => {
        const proof = proofOf(index).map((hash) => hash.slice());
        proof[at]![bit >> 3]! ^= 1 << (bit & 7);
        expect(
          codeOf(() => {
            verifyInclusion(proof, leafHash(ctLeaves[index]!), index, head);
          }),
        ).toBe('PROOF_REFUTED');
      }),
    );
    const leaf = leafHash(ctLeaves[0]!);
    const proof = proofOf(0);
    expect(
      codeOf(() => {
        verifyInclusion(proof.slice(1), leaf, 0, head);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion([...proof, proof[0]!], leaf, 0, head);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion([], leaf, 0, head);
      }),
    ).toBe('PROOF_REFUTED');
    expect(
      codeOf(() => {
        verifyInclusion([proof[0]!], leaf, 0, { size: 1, root: leaf });
      }),
    ).toBe('PROOF_REFUTED');
  });

  it('refuses what could not be a proof', () => {
    const leaf = leafHash(ctLeaves[0]!);
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(0), leaf, 8, head);
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyInclusion([], leaf, 0, { size: 0, root: leaf });
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyInclusion([], leaf, NaN, head);
      }),
    ).toBe('INVALID_RANGE');
    expect(
      codeOf(() => {
        verifyInclusion(proofOf(0), leaf.subarray(1), 0, head);
      }),
    ).toBe('INVALID_HASH');
    const [first, ...rest] = proofOf(0);
    expect(
      codeOf(() => {
        verifyInclusion([first!.subarray(1), ...rest], leaf, 0, head);
      }),
    ).toBe('INVALID_HASH');
  });

  it('counts past 32 bits', () => {
    const leaf = leafHash(ctLeaves[0]!);
    const range = CompactRange.fromBytes(2 ** 40, leaf);
    range.append(leaf);
    verifyInclusion([leaf], leaf, 2 ** 40, { size: 2 ** 40 + 1, root: range.root() });
  });
});
