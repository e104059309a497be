import type { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, problemDetails } from '#exchange/problem.js';
import { ClientError } from './client-error.js';

export type Fetch = typeof globalThis.fetch;

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** From the question to the last byte of the answer. Milliseconds. */
  readonly timeout?: number | undefined;
}

const TIMEOUT_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Seconds, where the service said so. */
  readonly retryAfter: number | undefined;
}

/** Throws UNREACHABLE, and REFUSED for every status that is no success. */
export async function call(fetch: Fetch, { url, signal, timeout = TIMEOUT_MS, body, ...rest }: Call): Promise<Answer> {
  const limit = AbortSignal.timeout(timeout);
  const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  const init = { ...rest, redirect: 'error' as const, body: body ?? null, signal: stop };
  let answer: Answer;
  let mediaType: string;
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    mediaType = response.headers.get('content-type') ?? '';
    answer = { status: response.status, text, retryAfter: seconds(response.headers.get('retry-after')) };
  } catch (cause) {
    throw new ClientError('UNREACHABLE', `${url.origin} cannot be reached: ${reasonOf(cause)}`, { cause });
  }
  if (answer.status < 200 || answer.status > 299) throw refusal(url, answer, mediaType);
  return answer;
}

/** Throws ANSWER_UNREADABLE where the text is not what the schema says. */
export function readAnswer<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ClientError(
    'ANSWER_UNREADABLE',
    `an unexpected answer: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function refusal(url: URL, { status, text }: Answer, mediaType: string): ClientError {
  const result = mediaType.startsWith(PROBLEM_MEDIA_TYPE) ? problemDetails.safeParse(parse(text)) : undefined;
  if (result?.success !== true) {
    return new ClientError('ANSWER_UNREADABLE', `${url.origin} answered ${status} and no problem of Sluice`);
  }
  const { code, title, detail } = result.data;
  const message = detail === undefined ? `${code}: ${title}` : `${code}: ${title}: ${detail}`;
  return new ClientError('REFUSED', message, { problem: result.data });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ClientError('ANSWER_UNREADABLE', 'the answer is not JSON', { cause });
  }
}

function seconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** fetch says no more than `fetch failed`; the innermost cause knows why. */
export function reasonOf(error: unknown): string {
  const { cause, errors, message } = error as { cause?: unknown; errors?: unknown[]; message?: string };
  const inner = cause ?? errors?.[0];
  return typeof inner === 'object' && inner !== null ? reasonOf(inner) : (message ?? String(error));
}
