import type { ReleasedData } from '#exchange/answer.js';
import type { ProblemDetails } from '#exchange/problem.js';
import type { Title } from '#exchange/names.js';

/** What became of one question, before its proof is looked at. */
export interface Outcome {
  readonly title: Title;
  readonly resource: string;
  readonly select: readonly string[];
  /** `released`, or the problem code that the sample task says must come. */
  readonly expected: string;
  /** `released`, or a problem code, or what else went wrong. */
  readonly came: string;
  /** When it was asked: milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds from the request to the whole answer. */
  readonly ms: number;
  /** The body that was signed and sent. */
  readonly request: string;
  readonly answer?: { readonly data: ReleasedData; readonly release: string };
  readonly problem?: ProblemDetails;
  /** The exchange's id, where the answer named one. */
  readonly receiptId?: string;
}

export function isAsExpected({ expected, came }: Outcome): boolean {
  return expected === came;
}
