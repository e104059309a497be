import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { childTraceparent } from '#platform/trace.js';
import { callerOf } from '../signature/signature.guard.js';
import type { ChangedBy } from './registry-change.js';

/** The operator that OperatorGuard let pass. */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): ChangedBy => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { traceparent } = request.headers;
  return {
    kid: callerOf(request).keyid,
    traceparent: childTraceparent(typeof traceparent === 'string' ? traceparent : undefined),
  };
});
