import { createHash } from 'node:crypto';
import { ctLeafHashes, ctLeaves, ctRoots } from '../test/rfc6962-vectors.js';
import { codeOf } from '../test/thrown.js';
import { encodeBase64 } from './base64.js';
import { EMPTY_ROOT, leafHash, nodeHash, portableTreeHash, treeHash } from './tree-hash.js';

describe('tree hashing (RFC 6962)', () => {
  it('gives the empty tree the hash of nothing', () => {
    expect(encodeBase64(EMPTY_ROOT)).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  it('hashes the leaves of the reference tests', () => {
    expect(ctLeaves.map(leafHash)).toEqual(ctLeafHashes);
  });

  it('hashes two leaves into the root of the reference tests', () => {
    expect(nodeHash(ctLeafHashes[0]!, ctLeafHashes[1]!)).toEqual(ctRoots[2]);
  });

  it('hashes two hashes side by side as the same two apart, and nothing of another length', () => {
    const [left, right] = [ctLeafHashes[0]!, ctLeafHashes[1]!];
    expect(portableTreeHash.parent(Uint8Array.of(...left, ...right))).toEqual(nodeHash(left, right));
    for (const length of [0, 32, 63, 65]) {
      expect(codeOf(() => portableTreeHash.parent(new Uint8Array(length)))).toBe('INVALID_HASH');
    }
  });

  it('hashes entries larger than any before, and small ones after them', () => {
    for (const size of [5000, 65_535, 3, 0]) {
      const entry = new Uint8Array(size).fill(7);
      const expected = createHash('sha256').update(Uint8Array.of(0)).update(entry).digest();
      expect(Buffer.from(leafHash(entry))).toEqual(expected);
    }
  });

  it('takes another implementation of SHA-256', () => {
    const onNode = treeHash((bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()));
    expect(onNode.node(onNode.leaf(ctLeaves[0]!), onNode.leaf(ctLeaves[1]!))).toEqual(ctRoots[2]);
  });
});
