import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../signature/signature.guard.js';
import { SignedRequests } from './signed-requests.js';

/** Runs after SignatureGuard. Lets each signed request pass once, in all gateways together and across restarts. */
@Injectable()
export class ReplayGuard implements CanActivate {
  constructor(private readonly requests: SignedRequests) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    await this.requests.use(callerOf(context.switchToHttp().getRequest<FastifyRequest>()));
    return true;
  }
}
