import { formatDecimal, leastCommonMultiple, parseDecimal } from './decimal.js';
import { bothMasks } from './mask.js';
import { GREATEST_STEP, type Transform } from './transform.js';

type Kind<K extends Transform['kind']> = Extract<Transform, { kind: K }>;

const OMIT: Transform = { kind: 'omit' };

/**
 * What two agreements on one field come to: the transform that tells the most among those that can be computed from the
 * outcome of `a` and also from the outcome of `b`. So it never tells what either hides. Where only nothing can be computed
 * from both, the field is omitted: of a mask and a truncated text, say, since the one shows the length and the other the
 * beginning of a short value. Associative, commutative and idempotent: the order of agreements does not matter.
 */
export function strictest(a: Transform, b: Transform): Transform {
  if (a.kind === 'clear') return b;
  if (b.kind === 'clear') return a;
  return ofOneKind(a, b);
}

function ofOneKind(a: Exclude<Transform, Kind<'clear'>>, b: Transform): Transform {
  switch (a.kind) {
    case 'mask':
      return b.kind === a.kind ? bothMasks(a, b) : OMIT;
    case 'truncate-text':
      return b.kind === a.kind ? { kind: a.kind, characters: Math.min(a.characters, b.characters) } : OMIT;
    case 'truncate':
      return b.kind === a.kind ? coarser(a, b) : OMIT;
    case 'generalise':
      return b.kind === a.kind ? commonRanges(a, b) : OMIT;
    case 'pseudonymise':
    case 'omit':
      return b.kind === a.kind ? a : OMIT;
  }
}

function coarser(a: Kind<'truncate'>, b: Kind<'truncate'>): Transform {
  return a.to === 'year' ? a : b;
}

/** Ranges start at multiples of their width, so those of the least common multiple are unions of both. */
function commonRanges(a: Kind<'generalise'>, b: Kind<'generalise'>): Transform {
  const [x, y] = [parseDecimal(String(a.step)), parseDecimal(String(b.step))];
  if (x === undefined || y === undefined) return OMIT;
  const step = Number(formatDecimal(leastCommonMultiple(x, y)));
  return step > GREATEST_STEP ? OMIT : { kind: 'generalise', step };
}
