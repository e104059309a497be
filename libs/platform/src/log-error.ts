/** What a log line says of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** An error may be the cause of an error, and so on; a line need not be endless. */
const DEPTH = 5;

/**
 * An error for the log, without what it carries of a request. A failed query holds its text and its parameters (officers,
 * case numbers, the nonces of commitments), and a database may repeat a value in its message: of such an error the log
 * gets the SQLSTATE alone, which says what went wrong.
 */
export function logError(error: unknown, depth = DEPTH): LoggedError {
  if (!isErrorLike(error)) return { type: typeof error, message: 'not an error' };
  const code = typeof error.code === 'string' ? { code: error.code } : {};
  if (isOfDatabase(error)) return { type: error.name, message: 'the database refused a statement', ...code };
  return {
    type: error.name,
    message: error.message,
    ...code,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth === 0 ? {} : { cause: logError(error.cause, depth - 1) }),
  };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'message' in error && 'name' in error;
}

/** TypeORM's QueryFailedError has `query`; what `pg` throws has a severity. */
function isOfDatabase(error: object): boolean {
  return 'query' in error || 'severity' in error;
}
