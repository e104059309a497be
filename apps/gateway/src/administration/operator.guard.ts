import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { KeyObject } from 'node:crypto';
import { Problem } from '#exchange/problem.js';
import { SignedRequests } from '#platform/replay/signed-requests.js';
import { signedRequestOf } from '../signature/authentic-caller.js';
import { KEY_REGISTRY, type KeyRegistry, type RegisteredKey } from '../signature/key-registry.js';
import {
  callerOf,
  REFUSAL_RECORDER,
  SIGNATURE_SETTINGS,
  SignatureGuard,
  type RefusalRecorder,
  type SignatureSettings,
} from '../signature/signature.guard.js';

export const OPERATOR_KEYS = Symbol('OperatorKeys');

/** Stands where a system's name would: no system has a name without a slash. */
const OPERATOR = 'operator';

/** Lets an operator's signed request pass, once. A system that signs well is told that it is not an operator. */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly signature: SignatureGuard;

  constructor(
    @Inject(SIGNATURE_SETTINGS) settings: SignatureSettings,
    @Inject(REFUSAL_RECORDER) refusals: RefusalRecorder,
    @Inject(OPERATOR_KEYS) operators: ReadonlyMap<string, KeyObject>,
    @Inject(KEY_REGISTRY) systems: KeyRegistry,
    private readonly requests: SignedRequests,
  ) {
    const find = (keyid: string): RegisteredKey | undefined => {
      const publicKey = operators.get(keyid);
      return publicKey === undefined ? systems.find(keyid) : { system: OPERATOR, publicKey };
    };
    this.signature = new SignatureGuard(settings, { find }, refusals);
  }

  async canActivate(context: ExecutionContext): Promise<true> {
    await this.signature.canActivate(context);
    const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller.system !== OPERATOR) throw new Problem('OPERATOR_REQUIRED');
    await this.requests.use(signedRequestOf(caller));
    return true;
  }
}
