import type { FastifyInstance } from 'fastify';

/**
 * Closing a server closes the connections that are idle at that moment. One whose request is still under way would be
 * kept alive after its answer and hold up the end for the whole keep-alive time: from the closing on, answers say that
 * they are the last on their connection.
 */
export function drainConnections(instance: FastifyInstance): void {
  let isClosing = false;
  instance.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
