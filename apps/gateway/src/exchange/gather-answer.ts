import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { StopSignal } from './stop-signal.js';

/** A whole answer, of whatever status. */
export interface GatheredAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends one request and resolves with its answer once its last byte is there. Rejects with undici's error, and as soon as
 * `stop` is given. undici's own `request` makes a stream of each answer, which every exchange would pay for.
 */
export function gatherAnswer(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  stop: StopSignal,
): Promise<GatheredAnswer> {
  return new Promise((resolve, reject) => {
    const gathering = new Gathering(resolve, reject);
    stop.onStop(() => {
      gathering.giveUp();
    });
    dispatcher.dispatch(request, gathering);
  });
}

class Gathering implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private givenUp: Error | undefined;
  private head: Pick<GatheredAnswer, 'status' | 'headers'> = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly resolve: (answer: GatheredAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /** Also while the request still waits for a connection: it is then never sent. */
  giveUp(): void {
    this.givenUp = new Error('the answer is not wanted any more');
    this.reject(this.givenUp);
    this.controller?.abort(this.givenUp);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.givenUp !== undefined) controller.abort(this.givenUp);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.head = { status, headers };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.chunks;
    const body = only !== undefined && this.chunks.length === 1 ? only : Buffer.concat(this.chunks);
    this.resolve({ ...this.head, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }
}
