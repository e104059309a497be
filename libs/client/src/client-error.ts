import type { ProblemDetails } from '#exchange/problem.js';

/**
 * - `UNREACHABLE`: no answer came; whether the request had an effect is not known.
 * - `REFUSED`: the service answered with a problem: see `problem`.
 * - `ANSWER_UNREADABLE`: what answered is no Sluice service, or not of this version.
 * - `RELEASE_INVALID`: the data are not what the department signed. They must not be used.
 * - `NOT_PROVEN_YET`: the log has not taken the entry within the time that was allowed.
 * - `TRUST_UNREADABLE`: the trust file names a key that is none.
 */
export type ClientErrorCode =
  'UNREACHABLE' | 'REFUSED' | 'ANSWER_UNREADABLE' | 'RELEASE_INVALID' | 'NOT_PROVEN_YET' | 'TRUST_UNREADABLE';

export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    options: ErrorOptions & { readonly problem?: ProblemDetails } = {},
  ) {
    super(message, options);
    this.problem = options.problem;
  }

  /** Present where the code is REFUSED: the RFC 9457 problem, whose `code` is stable. */
  readonly problem: ProblemDetails | undefined;
}
