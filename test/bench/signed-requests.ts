import { randomBytes } from 'node:crypto';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { SigningKey } from '#exchange/keys.js';
import { contentDigest, signTarget } from '#exchange/signature-profile.js';
import type { PreparedRequest } from './load.js';

const PATH = '/v1/exchange';

/**
 * Requests that are signed before the load begins: the load generator then does the same work for Sluice as for the direct
 * call, and what is measured is Sluice. They are good for a minute.
 */
export function signedRequests(
  authority: string,
  key: SigningKey,
  count: number,
  question: (index: number) => ExchangeRequestInput,
): PreparedRequest[] {
  const created = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify(question(index));
    const digest = contentDigest(Buffer.from(body));
    const target = { method: 'POST', authority, path: PATH, contentDigest: digest };
    const nonce = randomBytes(16).toString('base64url');
    return {
      path: PATH,
      headers: {
        'content-type': 'application/json',
        'content-digest': digest,
        ...signTarget(target, key, { created, nonce }),
      },
      body,
    };
  });
}
