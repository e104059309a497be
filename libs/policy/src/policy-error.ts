export type PolicyErrorCode =
  /** An agreement that would take part does not fit its resource. Leaving it out could permit more than was agreed. */
  | 'AGREEMENT_INVALID'
  /** The request is for another resource than the one it was handed in with. */
  | 'RESOURCE_MISMATCH';

/** What should not happen. A denial is no error: decide() returns it. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';

  constructor(
    readonly code: PolicyErrorCode,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}
