import { createParamDecorator, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import { DECISION_HEADER } from '#exchange/tokens.js';
import { ReleaseMetrics } from './release-metrics.js';
import { verifyDecision, type DecisionTrust, type VerifiedDecision } from './verify-decision.js';

export const DECISION_SETTINGS = Symbol('DecisionSettings');
export interface DecisionSettings extends DecisionTrust {
  readonly now: () => Date;
}

/** The decisions of requests under way. */
const verified = new WeakMap<FastifyRequest, VerifiedDecision>();

/** Lets through what comes with a decision of the gateway that is meant for this department and this body. */
@Injectable()
export class DecisionGuard implements CanActivate {
  constructor(
    @Inject(DECISION_SETTINGS) private readonly settings: DecisionSettings,
    private readonly metrics: ReleaseMetrics,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = request.headers[DECISION_HEADER];
    // A body that is not there is digested as the empty one, and parsing refuses it later.
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const single = Array.isArray(token) ? undefined : token;
    const { settings } = this;
    const decision = this.metrics.countRefusal(() => verifyDecision(single, body, settings, settings.now()));
    verified.set(request, decision);
    return true;
  }
}

/** What the guard found. */
export const Decision = createParamDecorator((_: unknown, context: ExecutionContext): VerifiedDecision => {
  const decision = verified.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (decision === undefined) throw new Problem('DECISION_INVALID', 'there is no decision');
  return decision;
});
