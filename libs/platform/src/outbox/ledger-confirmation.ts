import { request } from 'undici';
import { z } from 'zod';
import type { Confirm } from './outbox.js';

const answer = z.object({ sequenced: z.array(z.object({ id: z.string(), type: z.string(), leaf: z.string() })) });

/** Asks the ledger over HTTP. Rejects when it cannot be reached or answers anything but a list: nothing is confirmed then. */
export function ledgerConfirmation(ledgerUrl: string): Confirm {
  const url = new URL('/v1/sequenced', ledgerUrl);
  return async (events) => {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
      headersTimeout: 5000,
      bodyTimeout: 5000,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`the ledger answered ${statusCode} when asked what it has sequenced`);
    }
    return answer.parse(await body.json()).sequenced;
  };
}
