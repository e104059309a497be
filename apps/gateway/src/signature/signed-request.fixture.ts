import { createPublicKey } from 'node:crypto';
import { generateSigningKey, type SigningKey } from '#exchange/keys.js';
import { contentDigest, signTarget, type SignedTarget } from '#exchange/signature-profile.js';
import type { IncomingRequest } from './incoming-request.js';
import type { RegisteredKey } from './key-registry.js';
import { verifyRequest } from './verify-request.js';

export const NOW = new Date('2026-11-23T09:00:00.500Z');
export const created = Math.floor(NOW.getTime() / 1000);
export const AUTHORITY = 'gateway.example:8800';
export const nonce = 'abcdefghijklmnopqrstuv';
export const body = Buffer.from('{"resource":"population/residents"}');
export const key = generateSigningKey();

export const registered = (of: SigningKey, change: Partial<RegisteredKey> = {}): RegisteredKey => ({
  system: 'housing/eligibility',
  publicKey: createPublicKey(of.key),
  ...change,
});

export const post: SignedTarget = {
  method: 'POST',
  authority: AUTHORITY,
  path: '/v1/exchange',
  query: '?trace=1',
  contentDigest: contentDigest(body),
};
export const get: SignedTarget = { method: 'GET', authority: AUTHORITY, path: '/v1/receipts/1' };

type Headers = Record<string, string>;
export function send(target: SignedTarget, content: Uint8Array, headers: Headers): IncomingRequest {
  return {
    route: target.path,
    method: target.method,
    target: `${target.path}${target.query ?? ''}`,
    rawHeaders: Object.entries({ Host: target.authority, 'Content-Type': 'application/json', ...headers }).flat(),
    body: content,
  };
}

/** A request as an honest caller sends it; `once` lets the caller's clock differ. */
export function signed(
  target: SignedTarget,
  content: Uint8Array = Buffer.alloc(0),
  by = key,
  once = { created, nonce },
) {
  const digest: Headers = target.contentDigest === undefined ? {} : { 'Content-Digest': target.contentDigest };
  return send(target, content, { ...digest, ...signTarget(target, by, once) });
}

export function verify(
  request: IncomingRequest,
  options: { key?: RegisteredKey; now?: Date; authorities?: string[] } = {},
) {
  const found = options.key ?? registered(key);
  return verifyRequest(request, {
    authorities: new Set(options.authorities ?? [AUTHORITY]),
    findKey: (keyid) => (keyid === key.kid || options.key !== undefined ? found : undefined),
    now: options.now ?? NOW,
  });
}

export function codeOf(request: IncomingRequest, options: Parameters<typeof verify>[1] = {}): string {
  const result = verify(request, options);
  return result.ok ? 'verified' : result.code;
}

export const honest = signed(post, body);
export const headerOf = (request: IncomingRequest, name: string) =>
  request.rawHeaders[request.rawHeaders.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name) + 1] ?? '';
export const withHeader = (request: IncomingRequest, name: string, value: string | undefined): IncomingRequest => {
  const pairs = request.rawHeaders
    .map((one, at) => [one, request.rawHeaders[at + 1]] as const)
    .filter((_, at) => at % 2 === 0)
    .filter(([one]) => one.toLowerCase() !== name) as [string, string][];
  return { ...request, rawHeaders: [...pairs, ...(value === undefined ? [] : [[name, value] as const])].flat() };
};
