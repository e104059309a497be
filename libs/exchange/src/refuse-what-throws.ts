import type { z } from 'zod';

/**
 * A refinement by a function that throws: what `read` throws becomes an issue of the part at `path`, and so, in a file, of
 * its line.
 */
export function refuseWhatThrows(
  context: Pick<z.core.$RefinementCtx, 'addIssue'>,
  path: readonly (string | number)[],
  read: () => unknown,
): void {
  try {
    read();
  } catch (error) {
    context.addIssue({
      code: 'custom',
      path: [...path],
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
