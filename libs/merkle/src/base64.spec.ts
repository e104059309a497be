import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { decodeBase64, encodeBase64 } from './base64.js';

describe('base64', () => {
  it('is what Node writes, and is read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(encodeBase64(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['no padding', 'YQ'],
    ['half the padding', 'YQ='],
    ['too much padding', 'YQ==='],
    ['padding alone', '='],
    ['padding where none belongs', 'YWJj='],
    ['padding inside', 'YQ==YQ=='],
    ['unused bits', 'YR=='],
    ['unused bits of two bytes', 'YWL='],
    ['the URL alphabet', '-_-_'],
    ['a newline', 'YWJj\n'],
    ['a space', 'YW Jj'],
    ['one letter', 'Y'],
    ['letters outside of ASCII', 'YWJｊ'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => decodeBase64(text))).toBe('INVALID_BASE64');
  });

  it('reads nothing but what it would write', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'Q', 'B', '/', '+', '=', '-', '\n', '💧'), maxLength: 12 });
    fc.assert(
      fc.property(text, (some) => {
        const outcome = codeOf(() => {
          expect(encodeBase64(decodeBase64(some))).toBe(some);
        });
        expect(['nothing', 'INVALID_BASE64']).toContain(outcome);
      }),
    );
  });
});
