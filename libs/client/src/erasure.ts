import { randomBytes } from 'node:crypto';
import {
  ERASURE_HEADER,
  ERASURE_TYPE,
  erasureAnswer,
  type ErasureAnswer,
  type ErasureRequest,
} from '#exchange/erasure.js';
import { call, readAnswer, type Fetch } from './http-call.js';
import { orderFor, type Orderer } from './order.js';

export interface Erasure {
  readonly subject?: string | undefined;
  readonly exchanges?: readonly string[];
  readonly ground: ErasureRequest['ground'];
  readonly dryRun: boolean;
}

/** A service looks through all that it has. Milliseconds. */
export const ERASURE_TIMEOUT_MS = 600_000;
/** Exchanges of one request: more would not fit into a body. */
const PART = 1000;

/** Sends an erasure in as many requests as its list of exchanges takes, and adds up what was answered. */
export async function eraseInParts(
  erasure: Erasure,
  send: (body: string) => Promise<ErasureAnswer>,
): Promise<ErasureAnswer> {
  const { exchanges = [], subject, ground, dryRun } = erasure;
  const found = new Set<string>();
  for (let from = 0; from === 0 || from < exchanges.length; from += PART) {
    const part = exchanges.slice(from, from + PART);
    const named = from === 0 && subject !== undefined ? { subject } : {};
    const salt = randomBytes(32).toString('base64url');
    const answer = await send(JSON.stringify({ ...named, exchanges: part, ground, dryRun, salt }));
    for (const exchange of answer.exchanges) found.add(exchange);
  }
  return { details: found.size, exchanges: [...found].sort(), dryRun };
}

export interface AdapterErasureOptions {
  /** The adapter's address. */
  readonly url: string;
  readonly department: string;
  /** An operator whom the department has named. */
  readonly by: Orderer;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Has a department destroy what it holds. Safe to repeat. Throws ClientError: REFUSED, UNREACHABLE, ANSWER_UNREADABLE. */
export function eraseAtAdapter(erasure: Erasure, options: AdapterErasureOptions): Promise<ErasureAnswer> {
  const { url, department, by, fetch, now } = options;
  return eraseInParts(erasure, async (body) => {
    const order = orderFor(body, { source: `adapter/${department}`, type: ERASURE_TYPE }, by, now());
    const headers = { 'content-type': 'application/json', [ERASURE_HEADER]: order };
    const target = new URL('/v1/erasures', url);
    const { text } = await call(fetch, { method: 'POST', url: target, headers, body, timeout: ERASURE_TIMEOUT_MS });
    return readAnswer(text, erasureAnswer);
  });
}
