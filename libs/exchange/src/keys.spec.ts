import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import {
  algorithms,
  generateSigningKey,
  importPublicJwk,
  KeyError,
  loadSigningKey,
  privateJwk,
  publicJwk,
  thumbprint,
  type PublicJwk,
} from './keys.js';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof KeyError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

/** RFC 8037, appendix A.1 to A.3. */
const rfc8037: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

it('has the thumbprint of RFC 8037', () => {
  expect(thumbprint(rfc8037)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

describe.each(algorithms)('an %s key', (algorithm) => {
  const key = generateSigningKey(algorithm);
  const jwk = publicJwk(key.key);

  it('has the thumbprint that jose computes', async () => {
    expect(key.kid).toBe(await calculateJwkThumbprint(jwk as JWK));
    expect(jwk.kid).toBe(key.kid);
  });

  it('survives its JWK, as an object, as text and as PEM', () => {
    const file = privateJwk(key);
    const pem = key.key.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const form of [file, JSON.stringify(file), pem]) {
      expect(privateJwk(loadSigningKey(form))).toEqual(file);
    }
  });

  it('publishes no private member', () => {
    expect(jwk).not.toHaveProperty('d');
    expect(importPublicJwk(jwk).key.type).toBe('public');
    expect(codeOf(() => importPublicJwk(privateJwk(key)))).toBe('KEY_MALFORMED');
  });

  it('is refused under an id that is not its thumbprint', () => {
    expect(codeOf(() => importPublicJwk({ ...jwk, kid: 'mine' }))).toBe('KEY_ID_WRONG');
  });

  it('is refused where its halves do not belong together', () => {
    const other = privateJwk(generateSigningKey(algorithm));
    expect(codeOf(() => loadSigningKey({ ...jwk, d: other.d }))).toBe('KEY_MALFORMED');
  });

  it('is no signing key without its private half', () => {
    expect(codeOf(() => loadSigningKey(jwk))).toBe('KEY_NOT_PRIVATE');
  });
});

it.each([
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['Ed448', generateKeyPairSync('ed448').privateKey],
])('refuses %s', (_name, key) => {
  expect(codeOf(() => loadSigningKey(key.export({ format: 'pem', type: 'pkcs8' }).toString()))).toBe('KEY_UNSUPPORTED');
  expect(codeOf(() => importPublicJwk(createPublicKey(key).export({ format: 'jwk' })))).toBe('KEY_MALFORMED');
});

it.each([
  ['a point off the curve', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
  ['base64url with bits that say nothing', { ...rfc8037, x: rfc8037.x.slice(0, -1) + 'p' }],
  ['a key too short', { ...rfc8037, x: rfc8037.x.slice(0, -1) }],
  ['an algorithm of another key', { ...rfc8037, alg: 'ES256' }],
  ['nothing', undefined],
])('refuses %s', (_name, jwk) => {
  expect(codeOf(() => importPublicJwk(jwk))).toBe('KEY_MALFORMED');
});

it.each(['', 'not a key', '{', '[]', 'null'])('does not take %j for a private key', (text) => {
  expect(['KEY_MALFORMED', 'KEY_NOT_PRIVATE']).toContain(codeOf(() => loadSigningKey(text)));
});
