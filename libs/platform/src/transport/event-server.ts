import { BaseRpcContext, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { z } from 'zod';
import type { BatchOutcome, EventBatch, ReceivedMessage, Rejection } from '#events/transport.js';

/** `retrying`: the handler or the broker fails, and is tried again without end. Only `closed` is final. */
export type TransportState = 'starting' | 'running' | 'retrying' | 'closed';

/** What a transport needs of pino. */
export interface TransportLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface StrategyOptions {
  readonly logger: TransportLogger;
  /**
   * Whether what was taken before comes again, as far as the transport has it: for a consumer that went back to an older
   * state of its own. The embedded transport keeps nothing that was taken.
   */
  readonly startsOver?: boolean;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Milliseconds before try `attempt` + 1, where `attempt` counts the failures in a row from 1. */
export function retryDelay(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 16), LAST_RETRY_MS);
}

const batchOutcome = z.object({
  rejected: z.array(z.object({ part: z.int().min(0), index: z.int().min(0).exactOptional(), reason: z.string() })),
});

/** What the handler will never take. */
export interface Rejected extends Rejection {
  /** Left out where all of the part is rejected. */
  readonly message?: ReceivedMessage;
}

/**
 * What both transports have in common: an `@EventPattern(topic)` handler is given an EventBatch and answers with a
 * BatchOutcome. Delivery is at least once and in order within a key. A handler that throws is given the same messages
 * again, for ever; only what it rejects by name goes to the dead-letter topic.
 */
export abstract class EventServer extends Server<never, TransportState> implements CustomTransportStrategy {
  /** Failures reach this class, which retries: Nest need not report them as unhandled. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly failing = new Set<string>();
  private state: TransportState = 'starting';
  private reason = 'not listening yet';

  constructor(protected readonly options: StrategyOptions) {
    super();
  }

  /** Whether batches are taken, or could be. */
  get isTaking(): boolean {
    return this.state === 'running';
  }

  /** For readiness. Throws, and says why, unless batches are taken or could be. */
  check(): void {
    if (!this.isTaking) throw new Error(`${this.state}: ${this.reason}`);
  }

  override listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => {
        callback();
      },
      async (error: unknown) => {
        await this.close();
        callback(error);
      },
    );
  }

  /** Finishes the batch under way, if the handler can, and settles it. What was not settled comes again. */
  abstract override close(): Promise<void>;

  /** Rejects where events cannot be taken; what it has opened by then is closed by `close`. */
  protected abstract start(): Promise<void>;

  override on(): never {
    throw new Error('Observe status instead');
  }

  override unwrap(): never {
    throw new Error("The transport is nobody else's to use");
  }

  protected topics(): string[] {
    for (const [topic, handler] of this.messageHandlers) {
      if (handler.next !== undefined) throw new Error(`${topic} has two handlers: their outcomes cannot be told apart`);
    }
    return [...this.messageHandlers.keys()];
  }

  /** What it rejects, unpacked as it is asked for. Throws what the handler throws, and where its outcome is none. */
  protected async handle(batch: EventBatch): Promise<Iterable<Rejected>> {
    const handler: MessageHandler | undefined = this.messageHandlers.get(batch.topic);
    if (handler === undefined) throw new Error(`No handler for ${batch.topic}`);
    const answer = handler(batch, new BaseRpcContext([batch.topic, batch.partition]));
    const outcome = batchOutcome.parse(await lastValueFrom(this.transformToObservable<unknown>(answer)));
    return rejectedOf(batch, outcome);
  }

  /** A batch of the topic or partition was settled. */
  protected taken(stream: string): void {
    this.failing.delete(stream);
    if (this.failing.size === 0) this.enter('running');
  }

  protected notTaken(stream: string, attempt: number, error: unknown): void {
    const reason = messageOf(error);
    this.failing.add(stream);
    this.enter('retrying', reason);
    this.options.logger.warn({ stream, attempt, reason }, 'events not taken, trying again');
  }

  /** Streams are no longer, or not yet, this process's: what failed may be another's by now. */
  protected startOver(): void {
    this.failing.clear();
    this.enter('running');
  }

  protected enter(state: TransportState, reason = ''): void {
    if (this.state === 'closed') return;
    this.reason = reason;
    if (this.state === state) return;
    this.state = state;
    this._status$.next(state);
    this.options.logger.info({ state, reason }, 'event transport');
  }
}

/** No more than one part is unpacked at a time. Throws for what there is not. */
function* rejectedOf({ parts }: EventBatch, { rejected }: BatchOutcome): Generator<Rejected> {
  let [at, messages]: [number, readonly ReceivedMessage[]] = [-1, []];
  for (const one of rejected) {
    const part = parts[one.part];
    if (part === undefined) throw new Error(`The handler rejects part ${one.part}, which there is not`);
    if (one.index === undefined) {
      yield one;
      continue;
    }
    if (one.part !== at) [at, messages] = [one.part, part.unpack()];
    const message = messages[one.index];
    if (message === undefined) {
      throw new Error(`The handler rejects message ${one.index} of part ${one.part}, which there is not`);
    }
    yield { ...one, message };
  }
}

/** Nest's filters hand on plain objects; the log and readiness want words. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string') {
    return error.message;
  }
  return String(error);
}
