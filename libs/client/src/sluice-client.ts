import { setTimeout as wait } from 'node:timers/promises';
import { exchangeAnswer, receipt, type Receipt, type ReceiptStub, type ReleasedData } from '#exchange/answer.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { departmentOf } from '#exchange/names.js';
import type { ReleaseClaims } from '#exchange/tokens.js';
import { resource, type Resource } from '#policy/resource.js';
import { checkRelease, openRelease } from './check-release.js';
import { ClientError } from './client-error.js';
import { readAnswer } from './http-call.js';
import { pages } from './pages.js';
import { SignedCalls, type SignedCallsOptions } from './signed-calls.js';
import type { Trust } from './trust.js';

export interface SluiceClientOptions extends SignedCallsOptions {
  /** Whose releases are believed. Without it, answers are passed on as the gateway gave them, unchecked. */
  readonly trust?: Trust | undefined;
}

export interface Asked {
  readonly data: ReleasedData;
  /** The department's signed word on what it released: keep it with the data. */
  readonly release: string;
  /** What the release says. Absent where there was no trust to check it by. */
  readonly claims: ReleaseClaims | undefined;
  readonly receipt: ReceiptStub;
  /** The body that was signed and sent: with it, the receipt proves what was asked. */
  readonly request: string;
}

export interface ReceiptOptions {
  /** How long to wait for the log, in milliseconds. 0 asks once. */
  readonly wait?: number;
  readonly onWaiting?: () => void;
  readonly signal?: AbortSignal;
}

/** Before the second question for a receipt that is not ready. Each pause after it is twice as long. Milliseconds. */
const FIRST_PAUSE_MS = 50;

/** One department's system, asking through one gateway. */
export class SluiceClient {
  private readonly calls: SignedCalls;
  private readonly trust: Trust | undefined;

  constructor(options: SluiceClientOptions) {
    this.calls = new SignedCalls(options);
    this.trust = options.trust;
  }

  /**
   * Asks, once: nothing is repeated. Throws ClientError: REFUSED with the problem, RELEASE_INVALID where the data are not
   * what the department signed, UNREACHABLE, ANSWER_UNREADABLE.
   */
  async ask(request: ExchangeRequestInput, signal?: AbortSignal): Promise<Asked> {
    const body = JSON.stringify(request);
    const answer = await this.calls.send('POST', '/v1/exchange', body, signal);
    const { data, release, receipt: stub } = readAnswer(answer.text, exchangeAnswer);
    const claims =
      this.trust === undefined
        ? undefined
        : openRelease(release, this.trust.departments.get(departmentOf(request.resource)));
    if (claims !== undefined) {
      checkRelease(claims, { request: body, resource: request.resource }, data, stub.id);
    }
    return { data, release, claims, receipt: stub, request: body };
  }

  /** The offline proof of an exchange. Throws NOT_PROVEN_YET where the log does not have it in time. */
  async receipt(id: string, options: ReceiptOptions = {}): Promise<Receipt> {
    const until = performance.now() + (options.wait ?? 0);
    for (let asked = 1; ; asked += 1) {
      const { status, text, retryAfter } = await this.calls.get(
        `/v1/receipts/${encodeURIComponent(id)}`,
        options.signal,
      );
      if (status !== 202) return readAnswer(text, receipt);
      const pause = pauseAfter(asked, retryAfter);
      if (performance.now() + pause > until) throw new ClientError('NOT_PROVEN_YET', 'the log does not have it yet');
      options.onWaiting?.();
      await wait(pause, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }

  /** Every resource that is shared, with its fields. Whether it may be asked for, agreements say. */
  catalogue(): AsyncGenerator<Resource> {
    return pages(this.calls, '/v1/catalogue', resource);
  }
}

/** Retry-After has whole seconds alone: one second may mean any part of it. What is longer is meant. */
function pauseAfter(asked: number, retryAfter = 1): number {
  const told = retryAfter * 1000;
  return retryAfter > 1 ? told : Math.min(told, FIRST_PAUSE_MS * 2 ** (asked - 1));
}
