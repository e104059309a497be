import { errorCodeOf, SourceFailure } from '../source-failure.js';

/** The time limit of MariaDB (max_statement_time) and of MySQL (max_execution_time), and the driver's own. */
const TIMEOUTS = ['ER_STATEMENT_TIMEOUT', 'ER_QUERY_TIMEOUT', 'PROTOCOL_SEQUENCE_TIMEOUT'];
/** The column's character set has no such character. */
const VALUE_DOES_NOT_FIT = [
  'ER_CANT_AGGREGATE_2COLLATIONS',
  'ER_CANT_AGGREGATE_3COLLATIONS',
  'ER_CANT_AGGREGATE_NCOLLATIONS',
  'ER_CANNOT_CONVERT_STRING',
];

/** Codes alone: the messages of MySQL can hold values. */
export function mysqlFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  const code = errorCodeOf(error) ?? 'the driver failed';
  if (TIMEOUTS.includes(code)) return new SourceFailure('SOURCE_TIMEOUT', code);
  if (VALUE_DOES_NOT_FIT.includes(code)) return new SourceFailure('FILTER_INVALID', code);
  return new SourceFailure('SOURCE_UNAVAILABLE', code);
}

/** Whether the connection is of no more use: its answer may still come, or it is gone. */
export function breaksConnection(error: unknown): boolean {
  if (errorCodeOf(error) === 'PROTOCOL_SEQUENCE_TIMEOUT') return true;
  return typeof error === 'object' && error !== null && 'fatal' in error && error.fatal === true;
}
