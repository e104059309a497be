import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Closing a server closes the connections that are idle at that moment. One whose request is still under way would be
 * kept alive after its answer and hold up the end for the whole keep-alive time: from the closing on, answers say that
 * they are the last on their connection. A request that was still arriving is given to `refuse` instead of its handler.
 */
export function drainConnections(
  instance: FastifyInstance,
  refuse: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  let isClosing = false;
  instance.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (isClosing) refuse(request, reply);
    else done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
