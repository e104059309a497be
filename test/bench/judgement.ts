/** To ready. */
export interface StartTimes {
  readonly firstSeconds: number;
  readonly secondSeconds: number;
}

/** Of all processes together, PostgreSQL among them. */
export interface MemoryUse {
  readonly idleMiB: number;
  readonly afterLoadMiB: number;
}

/** Of starting again on a home that is there. */
export const SECOND_START_SECONDS = 15;
export const MEMORY_MIB = 1536;

/** A goal as it stands beside what was measured. It is a wish: a slow disk alone may miss it. */
export function atLeast(value: number, least: number): string {
  return judged(`at least ${least.toLocaleString('en')}`, value >= least);
}

export function under(value: number, bound: number, unit: string): string {
  return judged(`under ${bound.toLocaleString('en')} ${unit}`, value < bound);
}

function judged(goal: string, isMet: boolean): string {
  return `${goal}: ${isMet ? 'met' : 'missed'}`;
}

/**
 * What holds on any machine that Sluice is meant for, and does not here: a sentence each. What was not measured was not kept
 * either.
 */
export function brokenPromises({
  start,
  memory,
}: {
  readonly start: StartTimes;
  readonly memory: MemoryUse;
}): readonly string[] {
  const promised = [
    ['seconds of the second start', start.secondSeconds, SECOND_START_SECONDS],
    ['MiB of all processes, idle', memory.idleMiB, MEMORY_MIB],
    ['MiB of all processes, after load', memory.afterLoadMiB, MEMORY_MIB],
  ] as const;
  return promised
    .filter(([, value, bound]) => !(value > 0 && value < bound))
    .map(([what, value, bound]) => `${what}: ${value.toFixed(1)}, and under ${bound} is promised`);
}
