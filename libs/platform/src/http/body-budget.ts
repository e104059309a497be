import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';

/** Bytes of bodies at once: signatures are over whole bodies, so a body is in memory before anybody is known to have sent it. */
export const BODIES_AT_ONCE = 64 * 1024 * 1024;
/** Bytes. Smaller ones are bounded by the number of connections, and most are: they are not worth counting. */
const SMALL = 4096;

/**
 * Refuses with SERVICE_BUSY the body with which more than `budget` bytes of bodies would be there at once, and with
 * MEDIA_TYPE_UNSUPPORTED one that is coded: one reader would decode it and another would not. What is only announced
 * takes no room.
 */
export function budgetBodies(
  instance: FastifyInstance,
  refuse: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => void,
  budget: number = BODIES_AT_ONCE,
): void {
  let taken = 0;
  instance.addHook('onRequest', (request, reply, done) => {
    if (isCoded(request)) refuse(new Problem('MEDIA_TYPE_UNSUPPORTED'), request, reply);
    else done();
  });
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (isSmall(request)) {
      done(null, payload);
      return;
    }
    let bytes = 0;
    reply.raw.once('close', () => {
      taken -= bytes;
    });
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        if (taken + chunk.length > budget) {
          // The rest is not read, so no other request can follow.
          void reply.header('connection', 'close');
          next(new Problem('SERVICE_BUSY'));
          return;
        }
        bytes += chunk.length;
        taken += chunk.length;
        next(null, chunk);
      },
    });
    payload.once('error', (error) => counted.destroy(error));
    done(null, payload.pipe(counted));
  });
}

function isCoded({ headers }: FastifyRequest): boolean {
  const transfer = headers['transfer-encoding'];
  return headers['content-encoding'] !== undefined || (transfer !== undefined && transfer.toLowerCase() !== 'chunked');
}

function isSmall({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= SMALL;
}
