import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { decodeBundle, encodeBundle } from './entry-bundle.js';

describe('entry bundles', () => {
  it('write a length of two bytes before each entry', () => {
    const bundle = encodeBundle([Uint8Array.of(7, 8), new Uint8Array(0), new Uint8Array(258)]);
    expect(bundle.subarray(0, 8)).toEqual(Uint8Array.of(0, 2, 7, 8, 0, 0, 1, 2));
    expect(bundle).toHaveLength(8 + 258);
  });

  it('give back the entries that were put in', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 256 });
    fc.assert(
      fc.property(entries, (some) => {
        expect(decodeBundle(encodeBundle(some))).toEqual(some);
      }),
    );
  });

  it('hold the largest entry, and refuse a larger one with its place', () => {
    const largest = new Uint8Array(65_535).fill(1);
    expect(decodeBundle(encodeBundle([largest]))).toEqual([largest]);
    const tooLarge = () => encodeBundle([largest, new Uint8Array(65_536)]);
    expect(codeOf(tooLarge)).toBe('ENTRY_TOO_LARGE');
    expect(tooLarge).toThrow('Entry 1 of the bundle has 65536 bytes');
  });

  it('say where they are cut short', () => {
    const bundle = encodeBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    for (const cut of [6, 7, 8]) {
      const act = () => decodeBundle(bundle.subarray(0, cut));
      expect(codeOf(act)).toBe('INVALID_BUNDLE');
      expect(act).toThrow('Entry 1, at byte 5, is cut short');
    }
  });

  it('hold 256 entries and no more', () => {
    expect(decodeBundle(new Uint8Array(2 * 256))).toHaveLength(256);
    expect(codeOf(() => decodeBundle(new Uint8Array(2 * 257)))).toBe('INVALID_BUNDLE');
  });

  it('refuse whatever else with an INVALID_BUNDLE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const outcome = codeOf(() => {
          expect(encodeBundle(decodeBundle(bytes))).toEqual(bytes);
        });
        expect(['nothing', 'INVALID_BUNDLE']).toContain(outcome);
      }),
    );
  });
});
