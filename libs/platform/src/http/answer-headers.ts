import type { FastifyInstance } from 'fastify';

/**
 * What every answer says unless its handler says otherwise: no cache keeps it, since it may hold a person's data or name an
 * official; no browser guesses what it is; and no other site shows it in a frame.
 */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
} as const;

export function setAnswerHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(ANSWER_HEADERS);
    done();
  });
}
