import type { Socket } from 'node:net';
import { Problem, PROBLEM_MEDIA_TYPE, type ProblemCode } from '#exchange/problem.js';

const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/**
 * Answers bytes that are no request, or that came too slowly to be one, with a problem like any other error, and closes:
 * where the next request would begin on this connection nobody can tell.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) socket.write(problemMessage(problemOf(error.code)));
  // Not ended: a handler that was waiting for the rest of the body would answer too.
  socket.destroy();
}

function problemOf(errorCode: string | undefined): Problem {
  const code = codes[errorCode ?? ''];
  return code === undefined ? new Problem('INVALID_REQUEST', 'this is not HTTP') : new Problem(code);
}

/** A whole answer, the last on its connection, for where there is no response to write to. */
export function problemMessage(problem: Problem): string {
  const body = JSON.stringify(problem.toDetails());
  return [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
