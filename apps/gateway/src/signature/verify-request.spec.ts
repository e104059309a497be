import { algorithms, generateSigningKey } from '#exchange/keys.js';
import { contentDigest } from '#exchange/signature-profile.js';
import type { RegisteredKey } from './key-registry.js';
import { verifyRequest } from './verify-request.js';
import {
  AUTHORITY,
  NOW,
  body,
  codeOf,
  created,
  get,
  headerOf,
  honest,
  key,
  nonce,
  post,
  registered,
  signed,
  verify,
  withHeader,
} from './signed-request.fixture.js';

describe('an honest request', () => {
  it('is its system’s, and carries the evidence of it', () => {
    expect(verify(honest)).toEqual({
      ok: true,
      caller: {
        system: 'housing/eligibility',
        keyid: key.kid,
        nonce,
        created,
        exchangeId: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ) as string,
        evidence: {
          authority: AUTHORITY,
          signatureInput: headerOf(honest, 'signature-input'),
          signature: headerOf(honest, 'signature'),
          contentDigest: contentDigest(body),
        },
      },
    });
  });

  it.each(algorithms)('may be signed with %s', (algorithm) => {
    const other = generateSigningKey(algorithm);
    expect(codeOf(signed(post, body, other), { key: registered(other) })).toBe('verified');
  });

  it('needs no digest where it has no body', () => {
    expect(codeOf(signed(get))).toBe('verified');
  });

  it('may write the host in capitals', () => {
    expect(codeOf(withHeader(honest, 'host', AUTHORITY.toUpperCase()))).toBe('verified');
  });

  it('has the same id wherever it arrives again', () => {
    const [first, second] = [verify(honest), verify(honest, { now: new Date(NOW.getTime() + 5000) })];
    expect(first).toEqual(second);
  });
});

describe('missing and doubled headers', () => {
  it.each([
    ['signature', 'SIGNATURE_MISSING'],
    ['signature-input', 'SIGNATURE_MISSING'],
    ['host', 'SIGNATURE_MISSING'],
    ['content-digest', 'SIGNATURE_INVALID'],
  ])('without %s: %s', (name, code) => {
    expect(codeOf(withHeader(honest, name, undefined))).toBe(code);
  });

  it.each(['signature', 'signature-input', 'host', 'content-digest'])('with %s twice', (name) => {
    const twice = { ...honest, rawHeaders: [...honest.rawHeaders, name.toUpperCase(), headerOf(honest, name)] };
    expect(codeOf(twice)).toBe('SIGNATURE_MALFORMED');
  });

  it('with a body that no digest vouches for', () => {
    expect(codeOf({ ...signed({ ...post, contentDigest: undefined }), body })).toBe('SIGNATURE_INCOMPLETE');
  });

  it('with a digest that the signature does not cover', () => {
    const bare = signed({ ...post, contentDigest: undefined }, body);
    expect(codeOf(withHeader(bare, 'content-digest', contentDigest(body)))).toBe('SIGNATURE_INCOMPLETE');
  });

  it('with a query that the signature does not cover', () => {
    expect(codeOf({ ...signed(get), target: `${get.path}?admin=1` })).toBe('SIGNATURE_INCOMPLETE');
    expect(codeOf({ ...signed(get), target: `${get.path}?` })).toBe('SIGNATURE_INCOMPLETE');
  });
});

describe('the clock', () => {
  it.each([
    [-3600, 'SIGNATURE_EXPIRED'],
    [-61, 'SIGNATURE_EXPIRED'],
    [-59, 'verified'],
    [60, 'verified'],
    [61, 'SIGNATURE_EXPIRED'],
    [3600, 'SIGNATURE_EXPIRED'],
  ])('of a caller %i s away: %s', (away, code) => {
    expect(codeOf(signed(post, body, key, { created: created + away, nonce }))).toBe(code);
  });

  it('cannot be moved without the key', () => {
    const old = signed(post, body, key, { created: created - 3600, nonce });
    const input = headerOf(old, 'signature-input').replace(`${created - 3600}`, `${created}`);
    expect(codeOf(withHeader(old, 'signature-input', input))).toBe('SIGNATURE_INVALID');
  });
});

describe('the key', () => {
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  it.each<[string, Partial<RegisteredKey>, string]>([
    ['that is revoked', { revokedAt: at(-1) }, 'KEY_NOT_VALID'],
    ['that will be revoked, since revoking takes effect at once', { revokedAt: at(1) }, 'KEY_NOT_VALID'],
    ['that is not valid yet', { notBefore: at(1) }, 'KEY_NOT_VALID'],
    ['whose validity ends now', { notAfter: at(0) }, 'KEY_NOT_VALID'],
    ['inside its validity', { notBefore: at(0), notAfter: at(1) }, 'verified'],
  ])('%s', (_name, change, code) => {
    expect(codeOf(honest, { key: registered(key, change) })).toBe(code);
  });

  it('that nobody registered is named in the refusal', () => {
    const stranger = generateSigningKey();
    expect(verify(signed(post, body, stranger))).toMatchObject({ code: 'KEY_UNKNOWN', claimedKeyid: stranger.kid });
  });

  it('of somebody else makes a forgery', () => {
    const forged = signed(post, body, { ...generateSigningKey(), kid: key.kid });
    expect(verify(forged)).toMatchObject({ code: 'SIGNATURE_INVALID', claimedKeyid: key.kid });
  });

  it('decides the algorithm', () => {
    const input = `${headerOf(honest, 'signature-input')};alg="ecdsa-p256-sha256"`;
    expect(codeOf(withHeader(honest, 'signature-input', input))).toBe('SIGNATURE_INVALID');
  });

  it('lets an unreadable registry be heard', () => {
    const stale = () => {
      throw new Error('stale');
    };
    expect(() => verifyRequest(honest, { authorities: new Set([AUTHORITY]), findKey: stale, now: NOW })).toThrow(
      'stale',
    );
  });
});
