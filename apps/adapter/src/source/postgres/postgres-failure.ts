import { DatabaseError } from 'pg';
import { errorCodeOf, messageOf, SourceFailure, valueDoesNotFit } from '../source-failure.js';

/** SQLSTATEs by which PostgreSQL says that a text is no value of the column's type. */
const VALUE_DOES_NOT_FIT = ['22P02', '22003', '22007', '22008'];
/** Classes whose messages speak of the schema and the server. Those of others can hold a value of a row. */
const SPEAKS_OF_SERVER = /^(?:08|28|3D|42|53|57|58)/;

export function postgresFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  if (error instanceof DatabaseError && error.code !== undefined) return ofState(error.code, error.message);
  if (messageOf(error) === 'Query read timeout') {
    return new SourceFailure('SOURCE_TIMEOUT', 'the server did not answer within the time limit');
  }
  // The driver's own errors speak of connections, never of rows.
  return new SourceFailure('SOURCE_UNAVAILABLE', errorCodeOf(error) ?? messageOf(error) ?? 'the driver failed');
}

function ofState(state: string, message: string): SourceFailure {
  const reason = SPEAKS_OF_SERVER.test(state) ? `SQLSTATE ${state}: ${message}` : `SQLSTATE ${state}`;
  // query_canceled: by the statement's time limit.
  if (state === '57014') return new SourceFailure('SOURCE_TIMEOUT', reason);
  if (VALUE_DOES_NOT_FIT.includes(state)) return valueDoesNotFit(reason);
  return new SourceFailure('SOURCE_UNAVAILABLE', reason);
}
