import type { Logger } from 'pino';

/** A part that is down fails several times a second; once in this time is enough to know. Milliseconds. */
const AT_MOST_EVERY = 10_000;

/** Reports errors of something that is tried again and again: the first at once, and then one now and then. */
export function reluctantReporter(
  logger: Pick<Logger, 'error'>,
  message: string,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let last = -Infinity;
  let unreported = 0;
  return (error) => {
    if (now() - last < AT_MOST_EVERY) {
      unreported += 1;
      return;
    }
    logger.error({ err: error, unreported }, message);
    last = now();
    unreported = 0;
  };
}
