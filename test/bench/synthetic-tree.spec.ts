import { CompactRange } from '#merkle/compact-range.js';
import { inclusionProof, verifyInclusion } from '#merkle/inclusion-proof.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { readRoot } from '#merkle/read-hashes.js';
import type { Tile } from '#merkle/tile.js';
import { syntheticLeaf, syntheticTile } from './synthetic-tree.js';

const reader = { readTile: (tile: Tile) => Promise.resolve(syntheticTile(tile)) };

it('is the tree of its leaves, beyond the point at which they repeat', async () => {
  const size = 70_001;
  const range = CompactRange.empty(nodeTreeHash);
  range.appendAll(Array.from({ length: size }, (_, index) => syntheticLeaf(index)));
  expect(Buffer.from(await readRoot(size, reader, nodeTreeHash))).toEqual(Buffer.from(range.root()));
});

it('proves leaves of a tree that nobody could build', async () => {
  const size = 2 ** 40 + 12_345;
  const head = { size, root: await readRoot(size, reader, nodeTreeHash) };
  for (const index of [0, 65_536, 2 ** 33 + 7, size - 1]) {
    const proof = await inclusionProof(index, size, reader, nodeTreeHash);
    expect(() => {
      verifyInclusion(proof, syntheticLeaf(index), index, head, nodeTreeHash);
    }).not.toThrow();
    expect(() => {
      verifyInclusion(proof, syntheticLeaf(index + 1), index, head, nodeTreeHash);
    }).toThrow('is not what the proof is of');
  }
});
