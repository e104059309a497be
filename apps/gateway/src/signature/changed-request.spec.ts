import fc from 'fast-check';
import { contentDigest } from '#exchange/signature-profile.js';
import type { IncomingRequest } from './incoming-request.js';
import { AUTHORITY, body, codeOf, get, headerOf, honest, signed, withHeader, post } from './signed-request.fixture.js';

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
