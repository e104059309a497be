import { Problem } from '#exchange/problem.js';

export type SourceFailureCode = 'SOURCE_UNAVAILABLE' | 'SOURCE_TIMEOUT' | 'SOURCE_ANSWER_INVALID' | 'FILTER_INVALID';

/**
 * Why a source could not be read, for the log: it may name tables and hosts, and never holds a value of a row or of a
 * request. Drivers' own errors do hold such values, so they are not kept as a cause.
 */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';

  constructor(
    readonly code: SourceFailureCode,
    reason: string,
    /** What the caller may be told besides. */
    readonly told?: string,
  ) {
    super(reason);
  }
}

/** What the caller is told: the code, and what is meant for callers. */
export function toSourceProblem(failure: SourceFailure): Problem {
  return new Problem(failure.code, failure.told, {}, { cause: failure });
}

/** A value of a condition is none that the column could hold. */
export function valueDoesNotFit(reason: string): SourceFailure {
  return new SourceFailure('FILTER_INVALID', reason, 'the field cannot hold a value that was asked for');
}

/** The code of an error of Node or of a driver, such as ECONNREFUSED. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Also of errors that native code made, which need not be instances of this realm's Error. */
export function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}
