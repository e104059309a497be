import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';

/** Bytes of bodies at once: signatures are over whole bodies, so a body is in memory before anybody is known to have sent it. */
export const BODIES_AT_ONCE = 64 * 1024 * 1024;
/** Bytes. Smaller ones are bounded by the number of connections, and most are: they are not worth counting. */
const SMALL = 4096;

/**
 * Refuses with SERVICE_BUSY what would make more bytes of bodies at once than `budget`, and with MEDIA_TYPE_UNSUPPORTED a
 * body that is coded: one reader would decode it and another would not. A body of untold length counts as the longest.
 */
export function budgetBodies(
  instance: FastifyInstance,
  refuse: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => void,
  { bodyLimit, budget = BODIES_AT_ONCE }: { readonly bodyLimit: number; readonly budget?: number },
): void {
  let taken = 0;
  instance.addHook('onRequest', (request, reply, done) => {
    if (isCoded(request)) {
      refuse(new Problem('MEDIA_TYPE_UNSUPPORTED'), request, reply);
      return;
    }
    const bytes = lengthOf(request, bodyLimit);
    if (bytes <= SMALL) {
      done();
    } else if (taken + bytes > budget) {
      refuse(new Problem('SERVICE_BUSY'), request, reply);
    } else {
      taken += bytes;
      reply.raw.once('close', () => {
        taken -= bytes;
      });
      done();
    }
  });
}

function isCoded({ headers }: FastifyRequest): boolean {
  const transfer = headers['transfer-encoding'];
  return headers['content-encoding'] !== undefined || (transfer !== undefined && transfer.toLowerCase() !== 'chunked');
}

/** What declares more than the limit is refused before it is read. */
function lengthOf({ headers }: FastifyRequest, bodyLimit: number): number {
  if (headers['transfer-encoding'] !== undefined) return bodyLimit;
  const length = Number(headers['content-length'] ?? 0);
  return length > bodyLimit ? 0 : length;
}
