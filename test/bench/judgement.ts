import type { Results } from './report.js';

/** Of starting again on a home that is there, to ready. */
export const SECOND_START_SECONDS = 15;
/** Of all processes together, PostgreSQL among them. */
export const MEMORY_MIB = 1536;

/** As it stands beside what was measured. A goal is a wish: a slow disk alone may miss it. */
export function goal(text: string, isMet: boolean): string {
  return `${text}: ${isMet ? 'met' : 'missed'}`;
}

export const isStartKept = ({ secondSeconds }: Results['start']) => secondSeconds < SECOND_START_SECONDS;
export const isMemoryKept = ({ idleMiB, afterLoadMiB }: Results['memory']) =>
  Math.max(idleMiB, afterLoadMiB) < MEMORY_MIB;

/**
 * What holds on any machine that Sluice is meant for, and does not here: a sentence each. What was not measured was not kept
 * either.
 */
export function brokenPromises({ start, memory }: Pick<Results, 'start' | 'memory'>): readonly string[] {
  const measured = Object.entries({ ...start, ...memory });
  const missing = measured.filter(([, value]) => !(value > 0)).map(([name]) => `${name} was not measured`);
  if (missing.length > 0) return missing;
  const { secondSeconds } = start;
  const { idleMiB, afterLoadMiB } = memory;
  return [
    ...(isStartKept(start)
      ? []
      : [`the second start took ${secondSeconds.toFixed(1)} s: under ${SECOND_START_SECONDS} s is promised`]),
    ...(isMemoryKept(memory)
      ? []
      : [`all processes held ${Math.max(idleMiB, afterLoadMiB).toFixed(0)} MiB: under ${MEMORY_MIB} MiB is promised`]),
  ];
}
