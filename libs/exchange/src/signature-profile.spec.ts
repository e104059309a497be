import { createHash, createPublicKey } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { algorithms, generateSigningKey, loadSigningKey, signBytes, verifyBytes } from './keys.js';
import {
  checkContentDigest,
  componentsOf,
  contentDigest,
  linesOf,
  readSignature,
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
const key = generateSigningKey();
const once = { created: 1_700_000_000, nonce: 'abcdefghijklmnopqrstuv' };
const signed = signTarget(target, key, once);

const read = (input: string, signature: string = signed.signature) => {
  const result = readSignature(input, signature);
  return result.ok ? 'read' : result.code;
};

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

describe('Signature-Input and Signature', () => {
  const input = signed['signature-input'];
  const params = input.slice('sluice='.length);

  it('are read as they were written', () => {
    expect(readSignature(input, signed.signature)).toMatchObject({
      ok: true,
      ...once,
      keyid: key.kid,
      alg: undefined,
      components: ['@method', '@authority', '@path', '@query', 'content-digest'],
      signatureParams: params,
    });
  });

  it('may name the algorithm', () => {
    expect(readSignature(`${input};alg="ed25519"`, signed.signature)).toMatchObject({ alg: 'EdDSA' });
    expect(readSignature(`${input};alg="ecdsa-p256-sha256"`, signed.signature)).toMatchObject({ alg: 'ES256' });
    expect(read(`${input};alg="hmac-sha256"`)).toBe('SIGNATURE_INVALID');
    expect(read(`${input};alg=ed25519`)).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['another label', input.replace('sluice=', 'sig1=')],
    ['two labels', `${input}, sig1=${params}`],
    ['the label twice', `${input}, ${input}`],
    ['a parameter twice', `${input};nonce="zzzzzzzzzzzzzzzzzzzzzz"`],
    ['a parameter of no profile', `${input};expires=1700000060`],
    ['a component of no profile', input.replace('"@path"', '"@path" "@target-uri"')],
    ['a header of no profile', input.replace('"@path"', '"@path" "x-forwarded-for"')],
    ['a component twice', input.replace('"@path"', '"@path" "@path"')],
    ['a component with parameters', input.replace('"@path"', '"@path";req')],
    ['a component that is no string', input.replace('"@path"', 'path')],
    ['white space', input.replace('("@method" ', '("@method"  ')],
    ['a tab', input.replace(';created', ';\tcreated')],
    ['a number spelt otherwise', input.replace('1700000000', '01700000000')],
    ['a fraction', input.replace('1700000000', '1700000000.5')],
    ['a date for created', input.replace('1700000000', '@1700000000')],
    ['text for created', input.replace('1700000000', '"1700000000"')],
    ['a number past the format', input.replace('1700000000', '9'.repeat(16))],
    ['a short nonce', input.replace(once.nonce, 'abc')],
    ['a nonce that would need escaping', input.replace(once.nonce, 'abcdefghijklmnop\\"rst')],
    ['a nonce outside ASCII', input.replace(once.nonce, 'abcdefghijklmnopqrsté')],
    ['a NUL', input.replace(once.nonce, 'abcdefghijklmnopqrst\0')],
    ['a nonce that is a token', input.replace(`"${once.nonce}"`, once.nonce)],
    ['a key id that is no thumbprint', input.replace(key.kid, 'housing')],
    ['another tag', input.replace('tag="sluice"', 'tag="web"')],
    ['bytes for components', 'sluice=:AAAA:'],
    ['an unended list', input.slice(0, 30)],
    ['nothing', ''],
    ['rubbish', '\u0000\u00ff;;=='],
  ])('are malformed with %s', (_name, bad) => {
    expect(read(bad)).toBe('SIGNATURE_MALFORMED');
  });

  it.each(['created', 'nonce', 'keyid', 'tag'])('are incomplete without %s', (name) => {
    expect(read(input.replace(new RegExp(`;${name}=("[^"]*"|\\d+)`), ''))).toBe('SIGNATURE_INCOMPLETE');
  });

  const mark = signed.signature;
  it.each([
    ['another label', mark.replace('sluice', 'sig1')],
    ['two signatures', `${mark}, sig1=:AAAA:`],
    ['the signature twice', `${mark}, ${mark}`],
    ['parameters on the signature', `${mark};a=1`],
    ['text for bytes', 'sluice="AAAA"'],
    ['a list for bytes', 'sluice=(:AAAA:)'],
    ['a flag for bytes', 'sluice'],
    [
      'base64 with bits that say nothing',
      mark.replace(/.==:$/, (end) =>
        end.startsWith('A') ? 'B==:' : `${String.fromCharCode(end.charCodeAt(0) + 1)}==:`,
      ),
    ],
    ['base64 without padding', mark.replace('==:', ':')],
    ['nothing', ''],
  ])('are malformed with %s (Signature)', (_name, bad) => {
    expect(read(input, bad)).toBe('SIGNATURE_MALFORMED');
  });
});

describe('Content-Digest', () => {
  const sha512 = `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;
  const sha256 = contentDigest(body);
  const other = contentDigest(Buffer.from('other'));
  const check = (header: string) => checkContentDigest(header, body)?.code ?? 'fits';

  it.each([
    ['sha-256', sha256, 'fits'],
    ['sha-256 and sha-512', `${sha256}, ${sha512}`, 'fits'],
    ['sha-512 and sha-256', `${sha512}, ${sha256}`, 'fits'],
    ['sha-512 alone', sha512, 'SIGNATURE_INCOMPLETE'],
    ['that of another body', other, 'DIGEST_MISMATCH'],
    [
      'sha-256 that fits with sha-512 that does not',
      `${sha256}, ${sha512.replace(/:./, ':_').replace('_', 'A')}`,
      'DIGEST_MISMATCH',
    ],
    ['sha-256 twice', `${other}, ${sha256}`, 'SIGNATURE_MALFORMED'],
    ['md5 beside it', `${sha256}, md5=:AAAAAAAAAAAAAAAAAAAAAA==:`, 'SIGNATURE_MALFORMED'],
    ['parameters', `${sha256};a`, 'SIGNATURE_MALFORMED'],
    ['text for bytes', 'sha-256="AAAA"', 'SIGNATURE_MALFORMED'],
    ['nothing', '', 'SIGNATURE_INCOMPLETE'],
    ['rubbish', 'sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=', 'SIGNATURE_MALFORMED'],
  ])('with %s: %s', (_name, header, expected) => {
    expect(check(header)).toBe(expected);
  });
});
