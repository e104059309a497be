import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import { problemMessage } from './client-error.js';

/**
 * Requests that Node's server answers by itself with a bare status, or closes unanswered: they get a problem like any
 * other. Needs a server that was made with `requireHostHeader: false`.
 */
export function answerOddRequests(
  instance: FastifyInstance,
  refuse: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => void,
): void {
  // RFC 9112, 3.2
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      refuse(new Problem('INVALID_REQUEST', 'there is no Host'), request, reply);
    } else done();
  });
  // RFC 9110, 10.1.1: a server may leave an expectation that it does not know unheeded.
  instance.server.on('checkExpectation', (request, response) => instance.server.emit('request', request, response));
  instance.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    socket.end(problemMessage(new Problem('METHOD_NOT_ALLOWED')));
  });
}
