import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { applyTransform } from './apply-transform.js';
import { maskText } from './mask.js';
import { transform, type Transform } from './transform.js';

type Mask = Extract<Transform, { kind: 'mask' }>;
const mask = (keepStart: number, keepEnd: number, wholeBelow?: number): Mask => ({
  kind: 'mask',
  keepStart,
  keepEnd,
  ...(wholeBelow !== undefined && { wholeBelow }),
});

it.each([
  ['张三', mask(1, 0), '张*'],
  ['张三丰', mask(1, 0), '张**'],
  ['欧阳娜娜', mask(1, 1), '欧**娜'],
  ['𠮷田太郎', mask(1, 0), '𠮷***'],
  ['👍a👍', mask(0, 1), '**👍'],
  ['990101199003071234', mask(6, 4), '990101********1234'],
  ['990101900307123', mask(6, 4), '990101*****7123'],
  ['13912345678', mask(3, 4), '139****5678'],
  ['abc', mask(1, 1), 'a*c'],
  ['abc', mask(0, 0), '***'],
  ['', mask(1, 1), ''],
])('makes of %s, by %j, %s', (text, by, masked) => {
  expect(maskText(text, by)).toBe(masked);
});

it.each([
  ['张', mask(1, 0), '*'],
  ['张三', mask(1, 1), '**'],
  ['张三', mask(5, 5), '**'],
  ['99010119900307', mask(6, 4), '**************'],
  ['1391234567', mask(3, 4), '**********'],
  ['张三丰', mask(1, 0, 4), '***'],
  ['诸葛孔明', mask(1, 0, 4), '诸***'],
])('shows nothing but the length of %s, which is too short for %j', (text, by, masked) => {
  expect(maskText(text, by)).toBe(masked);
});

const anyMask = fc
  .tuple(fc.nat(100), fc.nat(100), fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }))
  .map(([keepStart, keepEnd, wholeBelow]) => mask(keepStart, keepEnd, wholeBelow));
/** None of the values has a star of its own, so that each star is a character that is hidden. */
const anyText = fc
  .string({ unit: fc.constantFrom('a', '1', '张', '𠮷', '👍'), maxLength: 400 })
  .chain((text) => fc.nat(20).map((length) => (length === 0 ? text : Array.from(text).slice(0, length).join(''))));

it('hides a third of every value or more, keeps its length, and shows no character that is not agreed', () => {
  fc.assert(
    fc.property(anyText, anyMask, (text, by) => {
      expect(transform.safeParse(by).success).toBe(true);
      const [before, after] = [Array.from(text), Array.from(maskText(text, by))];
      expect(after).toHaveLength(before.length);
      expect(after.filter((one) => one === '*').length * 3).toBeGreaterThanOrEqual(before.length);
      after.forEach((one, index) => {
        const isKept = index < by.keepStart || index >= before.length - by.keepEnd;
        expect([isKept ? before[index] : '*', '*']).toContain(one);
      });
    }),
    { numRuns: 500 },
  );
});

it('never tells two values apart of which neither is shown', () => {
  fc.assert(
    fc.property(anyMask, fc.nat(20), (by, length) => {
      const [one, other] = ['张'.repeat(length), '三'.repeat(length)];
      const shown = maskText(one, by);
      if (!shown.includes('张')) expect(maskText(other, by)).toBe(shown);
      else expect(shown).toContain('*');
    }),
  );
});

it('is what is released of a masked field', () => {
  const released = applyTransform('张三', 'string', mask(1, 1), { pseudonymKey: createSecretKey(Buffer.alloc(32, 1)) });
  expect(released).toBe('**');
});
