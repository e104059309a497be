import type { z } from 'zod';

type Sink = z.core.$RefinementCtx;

/** Passes on what a schema inside a transform found, with places and unknown keys kept: they become line numbers. */
export function forwardIssues(from: z.ZodError, to: Sink, input: unknown): void {
  for (const issue of from.issues) {
    if (issue.code === 'unrecognized_keys') {
      to.issues.push({ code: issue.code, keys: issue.keys, path: issue.path, message: issue.message, input: {} });
    } else {
      to.issues.push({ code: 'custom', path: issue.path, message: issue.message, input });
    }
  }
}
