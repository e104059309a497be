import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SignedRequests } from '#platform/replay/signed-requests.js';
import { signedRequestOf } from '../signature/authentic-caller.js';
import { callerOf } from '../signature/signature.guard.js';

/** Runs after SignatureGuard. Lets each signed request pass once, in all gateways together and across restarts. */
@Injectable()
export class ReplayGuard implements CanActivate {
  constructor(private readonly requests: SignedRequests) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    await this.requests.use(signedRequestOf(caller));
    return true;
  }
}
