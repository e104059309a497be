import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long, in milliseconds, and how much a stranger may have of us before we know who it is. */
export interface ConnectionLimits {
  /** From a connection's first byte, or from its opening, to the end of the headers. */
  readonly headersTimeout: number;
  /** To the end of the body. */
  readonly requestTimeout: number;
  /** How often these two are looked at. */
  readonly connectionsCheckingInterval: number;
  /** For an answer of which nothing is taken. */
  readonly stallTimeout: number;
  /** At once. One more is closed unread: files and the database need descriptors too. */
  readonly maxConnections: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  stallTimeout: 60_000,
  maxConnections: 10_000,
};

/**
 * Ends connections whose answers are not taken, which would hold them in memory for as long as the caller likes. One whose
 * request is still being worked on is left alone, however long that takes. The other limits are the HTTP server's own.
 */
export function limitConnections(
  instance: FastifyInstance,
  { stallTimeout, maxConnections }: Pick<ConnectionLimits, 'stallTimeout' | 'maxConnections'>,
): void {
  const working = new WeakSet<Socket>();
  instance.addHook('onRequest', (request, _reply, done) => {
    working.add(request.raw.socket);
    done();
  });
  instance.addHook('onSend', (request, _reply, payload, done) => {
    working.delete(request.raw.socket);
    done(null, payload);
  });
  instance.server.maxConnections = maxConnections;
  instance.server.setTimeout(stallTimeout, (socket) => {
    if (!working.has(socket)) socket.destroy();
  });
}
