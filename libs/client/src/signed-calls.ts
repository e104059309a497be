import { randomBytes } from 'node:crypto';
import type { SigningKey } from '#exchange/keys.js';
import { call, type Answer, type Fetch } from './http-call.js';
import { signRequest } from './sign-request.js';

export interface SignedCallsOptions {
  /** The gateway's address: scheme, host and port. */
  readonly gateway: string | URL;
  readonly key: SigningKey;
  readonly fetch?: Fetch | undefined;
  /** Of one call. Milliseconds; 30,000 if left out. */
  readonly timeout?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** Calls to a gateway, each signed afresh: a repeated call is a new request and no replay. */
export class SignedCalls {
  private readonly gateway: URL;
  private readonly key: SigningKey;
  private readonly fetch: Fetch;
  private readonly now: () => number;
  private readonly timeout: number | undefined;

  constructor(options: SignedCallsOptions) {
    this.gateway = new URL(options.gateway);
    this.key = options.key;
    this.fetch = options.fetch ?? globalThis.fetch;
    this.now = options.now ?? Date.now;
    this.timeout = options.timeout;
  }

  get(path: string, signal?: AbortSignal): Promise<Answer> {
    return this.send('GET', path, undefined, signal);
  }

  /** `body` is the JSON text that is signed and sent, byte for byte. */
  send(method: 'GET' | 'PUT' | 'POST', path: string, body: string | undefined, signal?: AbortSignal): Promise<Answer> {
    const url = new URL(path, this.gateway);
    const once = { now: this.now(), nonce: randomBytes(16).toString('base64url') };
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...signRequest({ method, url, body }, this.key, once),
    };
    return call(this.fetch, { method, url, headers, body, signal, timeout: this.timeout });
  }
}
