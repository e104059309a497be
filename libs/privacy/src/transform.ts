import { z } from 'zod';

/** Bounds of `step`: within them every step, and every common multiple of two, is written as a float exactly. */
export const GREATEST_STEP = 1e9;
const SMALLEST_STEP = 1e-6;

/**
 * What becomes of a field's value before it leaves its department.
 *
 * - `clear`: as it is.
 * - `mask`: the first `keepStart` and last `keepEnd` characters (Unicode code points) stay, each other one becomes `*`. A
 *   value of fewer characters than `wholeBelow`, or of so few that more than two thirds would stay, shows only stars.
 * - `truncate`: a date or timestamp to its `year` or `month` (`1988`, `1988-07`), or text to its first `characters`.
 * - `generalise`: a number to the range of width `step` that holds it, written `[30,40)`.
 * - `pseudonymise`: HMAC-SHA-256 keyed by department, purpose and epoch: equal values stay equal within one purpose and
 *   cannot be linked across purposes.
 * - `omit`: left out. The field may then be named in a filter where the agreement says so, and is never released.
 */
export const transform = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clear') }),
  z.strictObject({
    kind: z.literal('mask'),
    keepStart: z.int().min(0).max(100),
    keepEnd: z.int().min(0).max(100),
    wholeBelow: z.int().min(1).max(300).optional(),
  }),
  z.strictObject({ kind: z.literal('truncate'), to: z.enum(['year', 'month']) }),
  z.strictObject({ kind: z.literal('truncate-text'), characters: z.int().min(1).max(100) }),
  z.strictObject({
    kind: z.literal('generalise'),
    step: z.number().min(SMALLEST_STEP).max(GREATEST_STEP).multipleOf(SMALLEST_STEP),
  }),
  z.strictObject({ kind: z.literal('pseudonymise') }),
  z.strictObject({ kind: z.literal('omit') }),
]);
export type Transform = z.infer<typeof transform>;
