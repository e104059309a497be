import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { signEd25519, verifyEd25519 } from './ed25519.js';

/** RFC 8032, 7.1: seed, public key, message, signature. */
const KNOWN_ANSWERS = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

const hex = (text: string) => Buffer.from(text, 'hex');
const publicKeyOf = (x: Buffer) =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') }, format: 'jwk' });
const privateKeyOf = (seed: string, x: string) =>
  createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', d: hex(seed).toString('base64url'), x: hex(x).toString('base64url') },
    format: 'jwk',
  });
const messages = [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(4096, 7), new Uint8Array([0, 1, 2]).subarray(1)];

describe('Ed25519 by libsodium', () => {
  it.each(KNOWN_ANSWERS)('gives the known answer of RFC 8032 for seed %s', (seed, x, message, signature) => {
    expect(signEd25519(hex(message), privateKeyOf(seed, x)).toString('hex')).toBe(signature);
    expect(verifyEd25519(hex(message), publicKeyOf(hex(x)), hex(signature))).toBe(true);
  });

  it('signs what OpenSSL verifies, and verifies what OpenSSL signs', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    for (const message of messages) {
      const signature = signEd25519(message, privateKey);
      expect(verify(null, message, publicKey, signature)).toBe(true);
      expect(sign(null, message, privateKey)).toEqual(signature);
      expect(verifyEd25519(message, publicKey, signature)).toBe(true);
    }
  });

  it('refuses a changed message, a changed signature and another key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const message = Buffer.from('a decision');
    const signature = signEd25519(message, privateKey);
    const refused = (bytes: Uint8Array, key: KeyObject, mark: Uint8Array) => !verifyEd25519(bytes, key, mark);
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(refused(message, publicKey, changed)).toBe(true);
    }
    expect(refused(Buffer.from('a decisioN'), publicKey, signature)).toBe(true);
    expect(refused(message, generateKeyPairSync('ed25519').publicKey, signature)).toBe(true);
  });

  it('refuses a key of small order, under which one signature fits every message', () => {
    const identity = Buffer.alloc(32);
    identity.writeUInt8(1, 0);
    const signature = Buffer.concat([identity, Buffer.alloc(32)]);
    const key = publicKeyOf(identity);
    expect(verifyEd25519(Buffer.from('anything'), key, signature)).toBe(false);
  });
});
