import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { algorithms, generateSigningKey, type SigningKey } from '#exchange/keys.js';
import { contentDigest, signTarget, type SignedTarget } from '#exchange/signature-profile.js';
import type { IncomingRequest } from './incoming-request.js';
import type { RegisteredKey } from './key-registry.js';
import { verifyRequest } from './verify-request.js';

const NOW = new Date('2026-11-23T09:00:00.500Z');
const created = Math.floor(NOW.getTime() / 1000);
const AUTHORITY = 'gateway.example:8800';
const nonce = 'abcdefghijklmnopqrstuv';
const body = Buffer.from('{"resource":"population/residents"}');
const key = generateSigningKey();

const registered = (of: SigningKey, change: Partial<RegisteredKey> = {}): RegisteredKey => ({
  system: 'housing/eligibility',
  publicKey: createPublicKey(of.key),
  ...change,
});

const post: SignedTarget = {
  method: 'POST',
  authority: AUTHORITY,
  path: '/v1/exchange',
  query: '?trace=1',
  contentDigest: contentDigest(body),
};
const get: SignedTarget = { method: 'GET', authority: AUTHORITY, path: '/v1/receipts/1' };

type Headers = Record<string, string>;
function send(target: SignedTarget, content: Uint8Array, headers: Headers): IncomingRequest {
  return {
    route: target.path,
    method: target.method,
    target: `${target.path}${target.query ?? ''}`,
    rawHeaders: Object.entries({ Host: target.authority, 'Content-Type': 'application/json', ...headers }).flat(),
    body: content,
  };
}

/** A request as an honest caller sends it; `once` lets the caller's clock differ. */
function signed(target: SignedTarget, content: Uint8Array = Buffer.alloc(0), by = key, once = { created, nonce }) {
  const digest: Headers = target.contentDigest === undefined ? {} : { 'Content-Digest': target.contentDigest };
  return send(target, content, { ...digest, ...signTarget(target, by, once) });
}

function verify(request: IncomingRequest, options: { key?: RegisteredKey; now?: Date; authorities?: string[] } = {}) {
  const found = options.key ?? registered(key);
  return verifyRequest(request, {
    authorities: new Set(options.authorities ?? [AUTHORITY]),
    findKey: (keyid) => (keyid === key.kid || options.key !== undefined ? found : undefined),
    now: options.now ?? NOW,
  });
}

function codeOf(request: IncomingRequest, options: Parameters<typeof verify>[1] = {}): string {
  const result = verify(request, options);
  return result.ok ? 'verified' : result.code;
}

const honest = signed(post, body);
const headerOf = (request: IncomingRequest, name: string) =>
  request.rawHeaders[request.rawHeaders.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name) + 1]!;
const withHeader = (request: IncomingRequest, name: string, value: string | undefined): IncomingRequest => {
  const pairs = request.rawHeaders
    .map((one, at) => [one, request.rawHeaders[at + 1]] as const)
    .filter((_, at) => at % 2 === 0)
    .filter(([one]) => one.toLowerCase() !== name) as [string, string][];
  return { ...request, rawHeaders: [...pairs, ...(value === undefined ? [] : [[name, value] as const])].flat() };
};

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

describe('a request changed on its way', () => {
  it.each<[string, Partial<IncomingRequest>, string]>([
    ['in its method', { method: 'PUT' }, 'SIGNATURE_INVALID'],
    ['in its path', { target: '/v1/admin/systems?trace=1' }, 'SIGNATURE_INVALID'],
    ['in the spelling of its path', { target: '/v1/%65xchange?trace=1' }, 'SIGNATURE_INVALID'],
    ['in its query', { target: '/v1/exchange?trace=2' }, 'SIGNATURE_INVALID'],
    ['by the loss of its query', { target: '/v1/exchange' }, 'SIGNATURE_INVALID'],
    ['in its body', { body: Buffer.from('{"resource":"transport/strikes"}') }, 'DIGEST_MISMATCH'],
    ['by the loss of its body', { body: Buffer.alloc(0) }, 'DIGEST_MISMATCH'],
    ['by a line break', { target: '/v1/exchange\n"@query": ?trace=1' }, 'SIGNATURE_MALFORMED'],
    ['by what is not ASCII', { target: '/v1/exchangé' }, 'SIGNATURE_MALFORMED'],
  ])('%s', (_name, change, code) => {
    expect(codeOf({ ...honest, ...change })).toBe(code);
  });

  it('in body and digest alike', () => {
    const other = Buffer.from('{}');
    expect(codeOf({ ...withHeader(honest, 'content-digest', contentDigest(other)), body: other })).toBe(
      'SIGNATURE_INVALID',
    );
  });

  it('for another gateway', () => {
    expect(codeOf(signed({ ...post, authority: 'other.example' }, body))).toBe('SIGNATURE_INVALID');
    expect(codeOf(withHeader(honest, 'host', 'other.example'), { authorities: [AUTHORITY, 'other.example'] })).toBe(
      'SIGNATURE_INVALID',
    );
  });

  it('by another request’s signature', () => {
    const other = signed(get);
    for (const name of ['signature', 'signature-input']) {
      expect(codeOf(withHeader(honest, name, headerOf(other, name)))).not.toBe('verified');
    }
  });

  const parts = ['method', 'target', 'body', 'host', 'content-digest', 'signature-input', 'signature'] as const;
  it.each(parts)('in any one byte of its %s', (part) => {
    const textOf = (): string => {
      if (part === 'body') return body.toString('latin1');
      return part === 'method' || part === 'target' ? honest[part] : headerOf(honest, part);
    };
    const original = textOf();
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(original, 'latin1');
        changed[at] = changed[at]! ^ by;
        const text = changed.toString('latin1');
        fc.pre(part !== 'host' || text.toLowerCase() !== AUTHORITY);
        if (part === 'body') return codeOf({ ...honest, body: changed }) !== 'verified';
        if (part === 'method' || part === 'target') return codeOf({ ...honest, [part]: text }) !== 'verified';
        const known = { authorities: [AUTHORITY, text.toLowerCase()] };
        return codeOf(withHeader(honest, part, text), known) !== 'verified';
      }),
      { numRuns: 300 },
    );
  });

  it('is never an exception, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...parts), fc.string({ unit: 'binary' }))), (changes) => {
        const request = changes.reduce((one, [name, value]) => withHeader(one, name, value), honest);
        return typeof codeOf(request) === 'string';
      }),
    );
  });
});
