import { errors, Pool } from 'undici';
import type { ProblemCode } from '#exchange/problem.js';
import { DECISION_HEADER, RELEASE_HEADER } from '#exchange/tokens.js';
import { checkAnswer, type Asked, type NotReleased, type Released } from './adapter-answer.js';

export interface AdapterClientOptions {
  /** To one adapter, at once. */
  readonly connections: number;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** From the question to the last byte of the answer. Milliseconds. */
  readonly timeout: number;
  /** Bytes of an answer. */
  readonly maxAnswer: number;
  /** Told of each answer, and of its lack, with the time it took. */
  readonly answered: (department: string, milliseconds: number) => void;
}

export interface Question extends Asked {
  /** The caller's own bytes: the decision is about them. */
  readonly body: Buffer;
  readonly traceparent: string;
}

/** Bytes of an answer's headers: a release names up to a hundred fields. */
const MAX_HEADERS = 64 * 1024;

/** Asks departments' adapters over connections that are kept. */
export class AdapterClient {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly options: AdapterClientOptions) {}

  /** Never rejects: an adapter that is down is an answer like any other. Once `stop` aborts, the answer is not wanted. */
  async release(question: Question, stop: AbortSignal): Promise<Released | NotReleased> {
    const limit = new AbortController();
    const abort = () => {
      limit.abort();
    };
    const start = performance.now();
    const timer = setTimeout(abort, this.options.timeout);
    stop.addEventListener('abort', abort, { once: true });
    try {
      return await this.ask(question, limit.signal);
    } catch (error) {
      const isLate = limit.signal.aborted && !stop.aborted;
      return { ok: false, code: isLate ? 'ADAPTER_TIMEOUT' : codeOf(error), reason: describe(error) };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', abort);
      this.options.answered(question.provider.id, performance.now() - start);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
  }

  private async ask(question: Question, signal: AbortSignal): Promise<Released | NotReleased> {
    const url = new URL(question.provider.adapterUrl);
    const { statusCode, headers, body } = await this.poolFor(url.origin).request({
      method: 'POST',
      path: `${url.pathname.replace(/\/$/, '')}/v1/release`,
      headers: {
        'content-type': 'application/json',
        [DECISION_HEADER]: question.decision,
        traceparent: question.traceparent,
      },
      body: question.body,
      signal,
    });
    const answer = {
      status: statusCode,
      contentType: single(headers['content-type']),
      release: single(headers[RELEASE_HEADER]),
      body: Buffer.from(await body.arrayBuffer()),
    };
    return checkAnswer(answer, question);
  }

  private poolFor(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known !== undefined) return known;
    const { connections, connectTimeout, timeout, maxAnswer } = this.options;
    const pool = new Pool(origin, {
      connections,
      connect: { timeout: connectTimeout },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      maxResponseSize: maxAnswer,
      maxHeaderSize: MAX_HEADERS,
      pipelining: 1,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'ADAPTER_TIMEOUT';
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'ADAPTER_ANSWER_INVALID';
  if (error instanceof errors.HTTPParserError) return 'ADAPTER_ANSWER_INVALID';
  if (error instanceof errors.ResponseContentLengthMismatchError) return 'ADAPTER_ANSWER_INVALID';
  return 'ADAPTER_UNAVAILABLE';
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
