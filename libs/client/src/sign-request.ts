import type { SigningKey } from '#exchange/keys.js';
import { contentDigest, signTarget, type SignedTarget } from '#exchange/signature-profile.js';

export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  readonly body?: string | undefined;
}

/** The headers that sign a request. `now` in milliseconds; `nonce`: at least 16 of A-Z a-z 0-9 - _, never used twice. */
export function signRequest(
  { method, url, body }: RequestToSign,
  key: SigningKey,
  { now, nonce }: { readonly now: number; readonly nonce: string },
): Record<string, string> {
  const digest = body === undefined ? undefined : contentDigest(Buffer.from(body));
  const target: SignedTarget = {
    method,
    authority: url.host,
    path: url.pathname,
    query: url.search === '' ? undefined : url.search,
    contentDigest: digest,
  };
  return {
    ...(digest === undefined ? {} : { 'content-digest': digest }),
    ...signTarget(target, key, { created: Math.floor(now / 1000), nonce }),
  };
}
