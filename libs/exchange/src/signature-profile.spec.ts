import { createPublicKey } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { algorithms, generateSigningKey, loadSigningKey, signBytes, verifyBytes } from './keys.js';
import { readSignature } from './read-signature.js';
import {
  componentsOf,
  contentDigest,
  linesOf,
  signatureBase,
  signTarget,
  type SignedTarget,
} from './signature-profile.js';

const body = Buffer.from('{"hello": "world"}');
const target: SignedTarget = {
  method: 'POST',
  authority: 'gateway.example:8800',
  path: '/v1/exchange',
  query: '?a=1&b=%20',
  contentDigest: contentDigest(body),
};
const once = { created: 1_700_000_000, nonce: 'abcdefghijklmnopqrstuv' };

describe('the examples of the standards', () => {
  it('gives the Content-Digest of RFC 9421, appendix B.2', () => {
    expect(contentDigest(body)).toBe('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:');
  });

  it('signs and verifies RFC 9421, appendix B.2.6', () => {
    const rfcKey = loadSigningKey(
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----',
    );
    const base = signatureBase(
      [
        ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
        ['@method', 'POST'],
        ['@path', '/foo'],
        ['@authority', 'example.com'],
        ['content-type', 'application/json'],
        ['content-length', '18'],
      ],
      '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    );
    const signature = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
    expect(signBytes(Buffer.from(base), rfcKey.key).toString('base64')).toBe(signature);
    expect(verifyBytes(Buffer.from(base), createPublicKey(rfcKey.key), Buffer.from(signature, 'base64'))).toBe(true);
  });
});

describe.each(algorithms)('another implementation, with %s', (algorithm) => {
  const other = generateSigningKey(algorithm);
  const publicKey = createPublicKey(other.key);
  const url = `http://${target.authority}${target.path}${target.query!}`;
  const fields = ['@method', '@authority', '@path', '@query', 'content-digest'];
  const headers = { 'content-digest': target.contentDigest! };

  it('verifies what we sign', async () => {
    const ours = signTarget(target, other, { ...once, created: Math.floor(Date.now() / 1000) });
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: ({ keyid }) =>
          Promise.resolve(
            keyid === other.kid
              ? { verify: (data, mark) => Promise.resolve(verifyBytes(data, publicKey, mark)) }
              : null,
          ),
        requiredFields: fields,
        requiredParams: ['created', 'nonce', 'keyid', 'tag'],
      },
      { method: 'POST', url, headers: { ...headers, ...ours } },
    );
    expect(verified).toBe(true);
  });

  it('signs what we verify', async () => {
    const theirs = await httpbis.signMessage(
      {
        key: { id: other.kid, sign: (data) => Promise.resolve(signBytes(data, other.key)) },
        name: 'sluice',
        fields,
        params: ['tag', 'keyid', 'nonce', 'created'],
        paramValues: { nonce: once.nonce, tag: 'sluice', created: new Date(once.created * 1000) },
      },
      { method: 'POST', url, headers },
    );
    const { 'Signature-Input': input, Signature: mark } = theirs.headers as Record<string, string>;
    const result = readSignature(input!, mark!);
    if (!result.ok) throw new Error(result.detail);
    expect(result).toMatchObject({ ...once, keyid: other.kid });
    const base = signatureBase(linesOf(target, result.components), result.signatureParams);
    expect(verifyBytes(Buffer.from(base), publicKey, result.signature)).toBe(true);
  });
});

describe('what a signature covers', () => {
  it('is all that the request has, and nothing that it has not', () => {
    expect(componentsOf(target)).toEqual(['@method', '@authority', '@path', '@query', 'content-digest']);
    const bare = { method: 'GET', authority: 'a', path: '/' };
    expect(componentsOf(bare)).toEqual(['@method', '@authority', '@path']);
    expect(() => linesOf(bare, ['@query'])).toThrow(RangeError);
  });
});
