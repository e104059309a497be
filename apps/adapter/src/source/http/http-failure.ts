import { errorCodeOf, SourceFailure } from '../source-failure.js';

const TIMEOUTS = [
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_ABORTED',
  'ETIMEDOUT',
];
const ANSWERED_WRONGLY = ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RESPONSE'];

/** Codes alone: an address in a message may hold what was asked for. */
export function httpFailure(error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  const name = nameOf(error);
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new SourceFailure('SOURCE_TIMEOUT', 'no whole answer within the time limit');
  }
  const code = errorCodeOf(error) ?? name;
  if (TIMEOUTS.includes(code)) return new SourceFailure('SOURCE_TIMEOUT', code);
  if (ANSWERED_WRONGLY.includes(code) || code.startsWith('HPE_')) {
    return new SourceFailure('SOURCE_ANSWER_INVALID', code);
  }
  return new SourceFailure('SOURCE_UNAVAILABLE', code);
}

/** A status that is no answer to the question. */
export function statusFailure(status: number): SourceFailure {
  if (status === 504) return new SourceFailure('SOURCE_TIMEOUT', `status ${status}`);
  const isDown = status >= 500 || status === 429 || status === 401 || status === 403;
  return new SourceFailure(isDown ? 'SOURCE_UNAVAILABLE' : 'SOURCE_ANSWER_INVALID', `status ${status}`);
}

function nameOf(error: unknown): string {
  const isNamed = typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string';
  return isNamed ? String(error.name) : 'the request failed';
}
