import type { Transform } from './transform.js';

type Mask = Extract<Transform, { kind: 'mask' }>;

/**
 * How many characters a value must have for this mask to leave any of them: a mask shows two thirds of a value at the most,
 * and of a shorter one nothing but its length. The customary masks stay within it: 6 and 4 of an id's 18 or 15, 3 and 4 of
 * a mobile number's 11, the family name of two.
 */
export function shortestShown({ keepStart, keepEnd, wholeBelow = 0 }: Mask): number {
  return Math.max(shortestFor(keepStart + keepEnd), wholeBelow);
}

/** By code points: a character outside the basic plane is one, as every name in the registers' character sets counts. */
export function maskText(text: string, mask: Mask): string {
  const characters = Array.from(text);
  const endsAt = characters.length - mask.keepEnd;
  if (characters.length < shortestShown(mask)) return '*'.repeat(characters.length);
  return characters.map((one, index) => (index < mask.keepStart || index >= endsAt ? one : '*')).join('');
}

/**
 * The mask that shows what both show. It keeps fewer characters than either, so by itself it would show something of
 * values that one of them masks whole: `wholeBelow` takes that along.
 */
export function bothMasks(a: Mask, b: Mask): Mask {
  const keepStart = Math.min(a.keepStart, b.keepStart);
  const keepEnd = Math.min(a.keepEnd, b.keepEnd);
  const wholeBelow = Math.max(shortestShown(a), shortestShown(b));
  const kept = keepStart + keepEnd;
  return { kind: 'mask', keepStart, keepEnd, ...(kept > 0 && wholeBelow > shortestFor(kept) && { wholeBelow }) };
}

function shortestFor(kept: number): number {
  return Math.ceil((3 * kept) / 2);
}
