import { errors, Pool } from 'undici';
import type { ProblemCode } from '#exchange/problem.js';
import { DECISION_HEADER, RELEASE_HEADER } from '#exchange/tokens.js';
import type { StopSignal } from './stop-signal.js';
import { gatherAnswer } from './gather-answer.js';
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

/** Where an adapter is, and the connections to it. */
interface Line {
  readonly pool: Pool;
  readonly path: string;
}

/** Asks departments' adapters over connections that are kept. */
export class AdapterClient {
  /** By URL. */
  private readonly lines = new Map<string, Line>();

  constructor(private readonly options: AdapterClientOptions) {}

  /** Never rejects: an adapter that is down is an answer like any other. Once `stop` is given, the answer is not wanted. */
  async release(question: Question, stop: StopSignal): Promise<Released | NotReleased> {
    const unwanted = stop.because();
    if (unwanted !== undefined) return { ok: false, code: 'ADAPTER_UNAVAILABLE', reason: unwanted };
    const start = performance.now();
    const timer = setTimeout(() => {
      stop.stop('it took too long');
    }, this.options.timeout);
    try {
      return await this.ask(question, stop);
    } catch (error) {
      const code = stop.because() === 'it took too long' ? 'ADAPTER_TIMEOUT' : codeOf(error);
      return { ok: false, code, reason: describe(error) };
    } finally {
      clearTimeout(timer);
      this.options.answered(question.provider.id, performance.now() - start);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.lines.values()].map(({ pool }) => pool.close()));
  }

  private async ask(question: Question, stop: StopSignal): Promise<Released | NotReleased> {
    const { pool, path } = this.lineTo(question.provider.adapterUrl);
    const request = {
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        [DECISION_HEADER]: question.decision,
        traceparent: question.traceparent,
      },
      body: question.body,
    } as const;
    const { status, headers, body } = await gatherAnswer(pool, request, stop);
    const answer = {
      status,
      contentType: single(headers['content-type']),
      release: single(headers[RELEASE_HEADER]),
      body,
    };
    return checkAnswer(answer, question);
  }

  private lineTo(adapterUrl: string): Line {
    const known = this.lines.get(adapterUrl);
    if (known !== undefined) return known;
    const { connections, connectTimeout, timeout, maxAnswer } = this.options;
    const { origin, pathname } = new URL(adapterUrl);
    const pool = new Pool(origin, {
      connections,
      connect: { timeout: connectTimeout },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      maxResponseSize: maxAnswer,
      maxHeaderSize: MAX_HEADERS,
      pipelining: 1,
    });
    const line = { pool, path: `${pathname.replace(/\/$/, '')}/v1/release` };
    this.lines.set(adapterUrl, line);
    return line;
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
