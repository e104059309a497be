import { messageOf, SourceFailure } from '../source-failure.js';

/** Errors over the contents of a file. Their messages quote it. */
const OVER_CONTENTS = /^(?:Conversion|Invalid Input|Out of Range) Error/;

export function duckdbFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  const message = messageOf(error) ?? 'DuckDB failed';
  if (message.startsWith('INTERRUPT')) return new SourceFailure('SOURCE_TIMEOUT', 'the statement took too long');
  const contents = OVER_CONTENTS.exec(message)?.[0];
  if (contents !== undefined) return new SourceFailure('SOURCE_ANSWER_INVALID', contents);
  return new SourceFailure('SOURCE_UNAVAILABLE', message.split('\n')[0] ?? message);
}
