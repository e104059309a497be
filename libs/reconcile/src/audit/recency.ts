/** Where a log ends in time, in milliseconds, and how far before that what is missing may still come. */
export interface Recency {
  readonly newest: number;
  readonly within: number;
}

/** Whether what was recorded then may still be waiting for something. A clock that is ahead puts nothing off for longer. */
export function isRecent(time: number, { newest, within }: Recency): boolean {
  return Math.abs(newest - time) < within;
}
