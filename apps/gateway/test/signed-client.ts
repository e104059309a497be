import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import type { SigningKey } from '#exchange/keys.js';
import { problemDetails, type ProblemDetails } from '#exchange/problem.js';
import { contentDigest, signTarget } from '#exchange/signature-profile.js';

export const AUTHORITY = 'gateway.test';

/** A signed request as it goes over the wire: sending it again is a replay. */
export interface SignedMessage {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  json(): Record<string, unknown>;
  problem(): ProblemDetails;
}

export interface SignOptions {
  /** Seconds. */
  readonly created?: number;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sign(
  key: SigningKey,
  method: SignedMessage['method'],
  path: string,
  body?: unknown,
  options: SignOptions = {},
): SignedMessage {
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const digest = bytes === undefined ? undefined : contentDigest(bytes);
  const [pathname = '', search] = path.split('?');
  const target = {
    method,
    authority: AUTHORITY,
    path: pathname,
    query: search === undefined ? undefined : `?${search}`,
    contentDigest: digest,
  };
  const { created = Math.floor(Date.now() / 1000), nonce = randomBytes(16).toString('base64url') } = options;
  const headers = {
    host: AUTHORITY,
    ...signTarget(target, key, { created, nonce }),
    ...(digest === undefined ? {} : { 'content-digest': digest, 'content-type': 'application/json' }),
    ...options.headers,
  };
  return { method, path, headers, body: bytes };
}

export async function send(origin: string, message: SignedMessage, signal?: AbortSignal): Promise<Answer> {
  const { method, path, headers, body } = message;
  const options = {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  };
  const answer = await request(`${origin}${path}`, options);
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
    problem: () => problemDetails.parse(JSON.parse(text)),
  };
}
