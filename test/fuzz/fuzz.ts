import type { FuzzFailure, FuzzTarget } from './fuzz-target.js';
import { mutate } from './mutate.js';
import { randomOf } from './random.js';

/** The input of one case: the same for the same seed and number, for ever and on every machine. */
export function inputOf(target: FuzzTarget, seed: number, number: number): Buffer {
  const random = randomOf(seed, number);
  return mutate(random.pick(target.samples), random);
}

/** Runs one case. Undefined if the target kept its promises. */
export async function runCase(target: FuzzTarget, seed: number, number: number): Promise<FuzzFailure | undefined> {
  const input = inputOf(target, seed, number);
  try {
    await target.check(input);
    return undefined;
  } catch (error) {
    return { target: target.name, seed, number, input, error };
  }
}

/** How many of so many inputs each target gets. */
export function casesOf(targets: readonly FuzzTarget[], inputs: number): readonly (readonly [FuzzTarget, number])[] {
  const shares = targets.reduce((sum, { share = 100 }) => sum + share, 0);
  return targets.map((target) => [target, Math.ceil((inputs * (target.share ?? 100)) / shares)]);
}
