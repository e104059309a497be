/** What a script can tell apart. Stable. */
export const EXIT = {
  ok: 0,
  /** The exchange was refused, or a check failed. */
  refused: 1,
  /** What was typed, or a file that was named, cannot be used. */
  usage: 2,
  /** A service cannot be reached, or a part of it is down. */
  unreachable: 3,
  /** The log did not have the entries in time. */
  notProvenYet: 4,
  /** An error of ours. */
  internal: 70,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
