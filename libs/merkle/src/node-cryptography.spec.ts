import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { goLog } from '../test/go-vectors.js';
import { codeOf } from '../test/thrown.js';
import { cosign } from './cosignature.js';
import { portableSign, portableVerify, publicKeyOf } from './ed25519.js';
import { nodeNoteSigner, nodeTreeHash, nodeVerify } from './node-cryptography.js';
import { NOTE_ALGORITHM } from './note-key.js';
import { portableNoteSigner, signNote } from './sign-note.js';
import { portableTreeHash } from './tree-hash.js';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const same = (left: Uint8Array, right: Uint8Array) => {
  expect(Buffer.from(left).toString('hex')).toBe(Buffer.from(right).toString('hex'));
};
const privateKeyOf = (seed: Uint8Array) =>
  createPrivateKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: Buffer.from(seed).toString('base64url'),
      x: Buffer.from(publicKeyOf(seed)).toString('base64url'),
    },
    format: 'jwk',
  });

describe('the cryptography of Node', () => {
  it('hashes trees as the portable one does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes32, bytes32, (entry, left, right) => {
        same(nodeTreeHash.leaf(entry), portableTreeHash.leaf(entry));
        same(nodeTreeHash.node(left, right), portableTreeHash.node(left, right));
      }),
    );
  });

  it('signs notes as the portable one does', () => {
    const seed = new Uint8Array(32).fill(7);
    const signer = nodeNoteSigner('example.com/log', privateKeyOf(seed));
    expect(signNote('text\n', [signer])).toBe(signNote('text\n', [portableNoteSigner('example.com/log', seed)]));
  });

  it('cosigns with the key id of a cosigner', () => {
    const { name, keyId, seed } = goLog.witnesses[0]!;
    const signer = nodeNoteSigner(name, privateKeyOf(seed), NOTE_ALGORITHM.cosignature);
    expect(cosign('text\n', 0, signer).keyId).toBe(keyId);
  });

  it('refuses keys that are not for Ed25519', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(codeOf(() => nodeNoteSigner('log', privateKey))).toBe('INVALID_KEY');
  });

  it('verifies what the portable one signs, and the other way round', () => {
    fc.assert(
      fc.property(bytes32, fc.uint8Array(), (seed, message) => {
        const publicKey = publicKeyOf(seed);
        const signature = portableSign(seed)(message);
        same(signature, nodeNoteSigner('log', privateKeyOf(seed)).sign(message));
        expect(nodeVerify(signature, message, publicKey)).toBe(true);
        expect(portableVerify(signature, message, publicKey)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ['portable', portableVerify],
    ['of Node', nodeVerify],
  ])('the verification %s answers false, and never throws, for anything else', (_, verify) => {
    const seed = new Uint8Array(32).fill(5);
    const message = new Uint8Array(3);
    const signature = portableSign(seed)(message);
    const some = fc.tuple(
      fc.oneof(fc.constant(signature), fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.uint8Array()),
      fc.oneof(fc.constant(publicKeyOf(seed)), bytes32, fc.uint8Array(), fc.constant(new Uint8Array(32))),
    );
    fc.assert(
      fc.property(some, fc.uint8Array({ minLength: 4 }), ([sig, key], other) => {
        expect(verify(sig, other, key)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
