import { errorCodeOf, SourceFailure, valueDoesNotFit } from '../source-failure.js';

/** MariaDB's max_statement_time, which the driver has no name for, and MySQL's max_execution_time. */
const TIMEOUTS = [1969, 3024];
/** The column's character set has no such character: three about collations, and a conversion. */
const VALUE_DOES_NOT_FIT = [1267, 1270, 1271, 3854];
/** The driver waited for longer than the server should have. The answer may still come. */
const DRIVER_TIMEOUT = 'PROTOCOL_SEQUENCE_TIMEOUT';

/** Codes alone: the messages of MySQL can hold values. */
export function mysqlFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  const [code, errno] = [errorCodeOf(error), errnoOf(error)];
  const reason = [code, errno].filter((part) => part !== undefined).join(' ') || 'the driver failed';
  if (code === DRIVER_TIMEOUT || TIMEOUTS.includes(errno ?? 0)) return new SourceFailure('SOURCE_TIMEOUT', reason);
  if (VALUE_DOES_NOT_FIT.includes(errno ?? 0)) return valueDoesNotFit(reason);
  return new SourceFailure('SOURCE_UNAVAILABLE', reason);
}

/** Whether the connection is of no more use. */
export function breaksConnection(error: unknown): boolean {
  if (errorCodeOf(error) === DRIVER_TIMEOUT) return true;
  return typeof error === 'object' && error !== null && 'fatal' in error && error.fatal === true;
}

function errnoOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined;
  return typeof error.errno === 'number' ? error.errno : undefined;
}
