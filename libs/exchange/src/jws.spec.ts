import { sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, compactVerify } from 'jose';
import { JwsError, signJws, verifyJws } from './jws.js';
import { algorithms, generateSigningKey, importPublicJwk, publicJwk, type SigningKey } from './keys.js';

const TYPE = 'sluice-decision+jwt';
const payload = { iss: 'gateway', 名称: '公租房', n: 1 };
const trust = (...keys: SigningKey[]): ReadonlyMap<string, KeyObject> =>
  new Map(keys.map((key) => [key.kid, importPublicJwk(publicJwk(key.key)).key]));
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const codeOf = (token: string, keys: ReadonlyMap<string, KeyObject>, type = TYPE): string => {
  try {
    verifyJws(token, type, keys);
  } catch (error) {
    if (error instanceof JwsError) return error.code;
    throw error;
  }
  return 'verified';
};

describe.each(algorithms)('%s', (alg) => {
  const key = generateSigningKey(alg);
  const keys = trust(key);
  const token = signJws(payload, TYPE, key);
  const [head, body, mark] = token.split('.') as [string, string, string];
  /** What an attacker who holds the key could send: any header, well signed. */
  const signed = (header: unknown, content: string = encode(payload)): string => {
    const input = `${encode(header)}.${content}`;
    const digest = alg === 'EdDSA' ? null : 'sha256';
    return `${input}.${sign(digest, Buffer.from(input), { key: key.key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  const header = { alg, kid: key.kid, typ: TYPE };

  it('gives back what was signed, and who signed it', () => {
    expect(verifyJws(token, TYPE, keys)).toEqual({ payload, kid: key.kid });
  });

  it('is read by jose, and reads what jose wrote', async () => {
    const theirs = await compactVerify(token, keys.get(key.kid)!);
    expect(JSON.parse(Buffer.from(theirs.payload).toString())).toEqual(payload);
    const written = await new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader(header)
      .sign(key.key);
    expect(verifyJws(written, TYPE, keys).payload).toEqual(payload);
  });

  it('is of one type only', () => {
    expect(codeOf(token, keys, 'sluice-release+jwt')).toBe('JWS_TYPE_WRONG');
    expect(codeOf(signed({ alg, kid: key.kid }), keys)).toBe('JWS_MALFORMED');
  });

  it('is verified by a trusted key only, whatever it brings along', () => {
    expect(codeOf(token, trust(generateSigningKey(alg)))).toBe('JWS_KEY_UNKNOWN');
    expect(codeOf(signed({ ...header, jwk: publicJwk(key.key) }), keys)).toBe('JWS_MALFORMED');
    expect(codeOf(signJws(payload, TYPE, { ...generateSigningKey(alg), kid: key.kid }), keys)).toBe(
      'JWS_SIGNATURE_INVALID',
    );
  });

  it.each(['none', 'None', 'HS256', 'ES384', alg === 'EdDSA' ? 'ES256' : 'EdDSA', ''])(
    'does not let the token choose %j',
    (other) => {
      expect(codeOf(signed({ ...header, alg: other }), keys)).toBe('JWS_ALGORITHM_WRONG');
      expect(codeOf(`${encode({ ...header, alg: other })}.${body}.`, keys)).toBe('JWS_ALGORITHM_WRONG');
    },
  );

  it('knows no critical extensions', () => {
    expect(codeOf(signed({ ...header, crit: ['exp'], exp: 1 }), keys)).toBe('JWS_MALFORMED');
  });

  it.each([
    ['an unsecured token', `${head}.${body}.`, 'JWS_SIGNATURE_INVALID'],
    ['two parts', `${head}.${body}`, 'JWS_MALFORMED'],
    ['four parts', `${token}.${mark}`, 'JWS_MALFORMED'],
    ['padding', `${token}==`, 'JWS_MALFORMED'],
    ['white space', `${token}\n`, 'JWS_MALFORMED'],
    ['plain base64', token.replace(body, Buffer.from([0xfb, 0xff]).toString('base64')), 'JWS_SIGNATURE_INVALID'],
    ['nothing', '', 'JWS_MALFORMED'],
    [
      'a signature cut short',
      `${head}.${body}.${Buffer.from(mark, 'base64url').subarray(1).toString('base64url')}`,
      'JWS_SIGNATURE_INVALID',
    ],
    ['a payload that is no object', signed(header, encode([1])), 'JWS_MALFORMED'],
    [
      'a payload that is not UTF-8',
      signed(header, Buffer.from([0x22, 0xff, 0x22]).toString('base64url')),
      'JWS_MALFORMED',
    ],
  ])('refuses %s', (_name, bad, code) => {
    expect(codeOf(bad, keys)).toBe(code);
  });

  it('has one spelling: a token changed in any one character is refused', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        (at, by) => {
          fc.pre(token[at] !== by);
          return codeOf(token.slice(0, at) + by + token.slice(at + 1), keys) !== 'verified';
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('takes no DER for an ECDSA signature', () => {
  const key = generateSigningKey('ES256');
  const input = signJws(payload, TYPE, key).split('.').slice(0, 2).join('.');
  const der = sign('sha256', Buffer.from(input), key.key);
  expect(codeOf(`${input}.${der.toString('base64url')}`, trust(key))).toBe('JWS_SIGNATURE_INVALID');
});
