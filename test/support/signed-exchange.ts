import { randomBytes } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import { exchangeAnswer, type ExchangeAnswer } from '#exchange/answer.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { SigningKey } from '#exchange/keys.js';
import { problemDetails, type ProblemDetails } from '#exchange/problem.js';
import { signRequest } from '#client/sign-request.js';
import { exchangeId } from '../../apps/gateway/src/signature/exchange-id.js';

/** A request as it goes over the wire: to send it again is a replay. */
export interface SignedExchange {
  /** What the exchange is called everywhere, whether an answer comes or not. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type ExchangeReply =
  | { readonly id: string; readonly outcome: 'answered'; readonly answer: ExchangeAnswer }
  | { readonly id: string; readonly outcome: 'refused'; readonly problem: ProblemDetails }
  /** Whether it had an effect is not known. */
  | { readonly id: string; readonly outcome: 'unreachable'; readonly reason: string };

/** `gateway`: the address whose name is signed. */
export function signExchange(gateway: string, key: SigningKey, asked: ExchangeRequestInput): SignedExchange {
  const url = new URL('/v1/exchange', gateway);
  const body = JSON.stringify(asked);
  const now = Date.now();
  const nonce = randomBytes(16).toString('base64url');
  const signed = signRequest({ method: 'POST', url, body }, key, { now, nonce });
  return {
    id: exchangeId({ created: Math.floor(now / 1000), keyid: key.kid, nonce }),
    headers: { ...signed, host: url.host, 'content-type': 'application/json' },
    body,
  };
}

/** Sends it once. `gateway` may be another than the one that it was signed for: as behind a load balancer. */
export async function sendExchange(
  gateway: string,
  { id, headers, body }: SignedExchange,
  options: { readonly dispatcher: Dispatcher; readonly headers?: Readonly<Record<string, string>> },
): Promise<ExchangeReply> {
  let status: number;
  let text: string;
  try {
    const answer = await request(new URL('/v1/exchange', gateway), {
      method: 'POST',
      headers: { ...headers, ...options.headers },
      body,
      dispatcher: options.dispatcher,
    });
    status = answer.statusCode;
    text = await answer.body.text();
  } catch (error) {
    return { id, outcome: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
  const json = JSON.parse(text) as unknown;
  if (status === 200) return { id, outcome: 'answered', answer: exchangeAnswer.parse(json) };
  // Strict where it counts: what is no answer holds no data.
  return { id, outcome: 'refused', problem: problemDetails.parse(json) };
}
