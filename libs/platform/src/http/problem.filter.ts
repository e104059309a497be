import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Problem, PROBLEM_MEDIA_TYPE, type ProblemCode } from '#exchange/problem.js';
import type { AllowedMethods } from './allowed-methods.js';

/** What the framework refuses before a handler sees it. */
const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'INVALID_REQUEST',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_BAD_URL: 'NOT_FOUND',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
  FST_ERR_ASYNC_CONSTRAINT: 'NOT_FOUND',
};

const statusCodes: Readonly<Record<number, ProblemCode>> = {
  400: 'INVALID_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/**
 * Any error as a problem. What we did not foresee is INTERNAL and says nothing more: its text may hold a name of the
 * source, so it goes to the log alone.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    const code = frameworkCodes[error.code];
    if (code !== undefined) return new Problem(code);
  }
  if (error instanceof HttpException) {
    const code = statusCodes[error.getStatus()];
    if (code !== undefined) return new Problem(code);
  }
  return new Problem('INTERNAL', undefined, {}, { cause: error });
}

/** Whether the caller left in the middle of its own request: no error of ours, and anybody can do it without end. */
function isGone({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

/** Answers with RFC 9457 problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** What there is at a path, though not by the method that was asked for. */
  allowedMethods: AllowedMethods = () => [];

  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    let problem = isGone(request) ? new Problem('CALLER_GONE') : toProblem(error);
    // Whatever is wrong with what was sent by a method that is not there: the method comes first.
    if (request.is404 && problem.status < 500 && problem.code !== 'CALLER_GONE') {
      const allowed = this.allowedMethods(request.url.split('?', 1)[0] ?? '');
      // A path that has the method and was not found all the same is too long, or not of its shape.
      if (allowed.length > 0 && !allowed.includes(request.method)) {
        problem = new Problem('METHOD_NOT_ALLOWED');
        void reply.header('allow', allowed.join(', '));
      }
    }
    // Anybody can make a service busy, as often as they like: the metrics count it.
    if (problem.status >= 500 && problem.code !== 'SERVICE_BUSY') {
      this.logger.error(
        { code: problem.code, route: request.routeOptions.url, err: problem.cause ?? problem },
        'failed',
      );
    }
    const body = JSON.stringify(problem.toDetails());
    void reply.status(problem.status).headers(problem.headers).type(PROBLEM_MEDIA_TYPE).send(body);
  }
}
