import { createParamDecorator, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import type { AuthenticCaller } from './authentic-caller.js';
import type { IncomingRequest } from './incoming-request.js';
import { KEY_REGISTRY, type KeyRegistry } from './key-registry.js';
import type { RefusedRequest } from './refused-request.js';
import { verifyRequest } from './verify-request.js';

export interface SignatureSettings {
  /** The names, in lower case and with any port, under which callers reach this gateway. */
  readonly authorities: ReadonlySet<string>;
  readonly now: () => Date;
}
export const SIGNATURE_SETTINGS = Symbol('SignatureSettings');

/** Who is told of a request that nobody could be shown to have sent. */
export interface RefusalRecorder {
  /**
   * Resolves before the refusal is answered. Throws a Problem that is to be answered instead: TOO_MANY_FAILURES, or
   * RECORD_UNAVAILABLE where the refusal could not be recorded.
   */
  refused(refusal: RefusedRequest, request: IncomingRequest): Promise<void>;
}
export const REFUSAL_RECORDER = Symbol('RefusalRecorder');

const callers = new WeakMap<FastifyRequest, AuthenticCaller>();
const NO_BODY = Buffer.alloc(0);

/** Lets a request pass that a registered key has signed, and says whose it was: see `Caller`. Replays are not its task. */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    @Inject(SIGNATURE_SETTINGS) private readonly settings: SignatureSettings,
    @Inject(KEY_REGISTRY) private readonly keys: KeyRegistry,
    @Inject(REFUSAL_RECORDER) private readonly refusals: RefusalRecorder,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<never> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const incoming = asIncoming(request);
    const result = verifyRequest(incoming, {
      authorities: this.settings.authorities,
      findKey: (keyid) => this.keys.find(keyid),
      now: this.settings.now(),
    });
    if (!result.ok) return this.refuse(result, incoming);
    callers.set(request, result.caller);
    return true;
  }

  private async refuse(refusal: RefusedRequest, request: IncomingRequest): Promise<never> {
    await this.refusals.refused(refusal, request);
    throw new Problem(refusal.code, refusal.detail);
  }
}

/** The caller that SignatureGuard found. Throws on a route that lacks the guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): AuthenticCaller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** For guards that run after SignatureGuard. Throws where it has not run. */
export function callerOf(request: FastifyRequest): AuthenticCaller {
  const caller = callers.get(request);
  if (caller === undefined) throw new TypeError('SignatureGuard has not seen this request');
  return caller;
}

function asIncoming(request: FastifyRequest): IncomingRequest {
  return {
    route: request.routeOptions.url,
    method: request.method,
    target: request.originalUrl,
    rawHeaders: request.raw.rawHeaders,
    body: bytesOf(request.body),
  };
}

/** A body that was parsed is one whose bytes nobody can check: it must not pass for none. */
function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined || body === null) return NO_BODY;
  throw new TypeError('the body was parsed before its signature was checked');
}
