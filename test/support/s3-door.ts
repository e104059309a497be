import {
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** What becomes of one write: its answer is lost, or it never arrives. */
export type Loss = 'answer' | 'request';

/** Stands before an S3 server, as the network does, and loses what a test wants to be lost. */
export class S3Door {
  /** Requests that change something, so far. */
  writes = 0;
  private lost: { readonly write: number; readonly what: Loss; readonly forGood: boolean } | undefined;
  private isShut = false;
  private last: Promise<unknown> = Promise.resolve();
  private readonly server: Server;

  private constructor(
    private readonly target: URL,
    private readonly oneAtATime: boolean,
  ) {
    const listener: RequestListener = (incoming, outgoing) => {
      this.pass(incoming, outgoing).catch(() => outgoing.destroy());
    };
    this.server = createServer(listener);
  }

  static async open(target: string, options: { readonly oneAtATime: boolean }): Promise<S3Door> {
    const door = new S3Door(new URL(target), options.oneAtATime);
    await new Promise<void>((done) => door.server.listen(0, '127.0.0.1', done));
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Of the write so many from now, the next being 0. With `forGood` nothing passes any more after it. */
  lose(write: number, what: Loss, { forGood = false } = {}): void {
    this.lost = { write: this.writes + write, what, forGood };
  }

  /** Nothing passes. */
  shut(): void {
    this.isShut = true;
  }

  /** Everything passes again. */
  reopen(): void {
    this.isShut = false;
    this.lost = undefined;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    if (this.isShut) {
      outgoing.destroy();
      return;
    }
    if (incoming.method === 'GET' || incoming.method === 'HEAD')
      return this.inTurn(() => this.forward(incoming, body, outgoing));
    const loss = this.lost?.write === this.writes ? this.lost : undefined;
    this.writes += 1;
    if (loss?.forGood === true) this.isShut = true;
    if (loss?.what === 'request') {
      outgoing.destroy();
      return;
    }
    await this.inTurn(() => this.forward(incoming, body, outgoing, loss !== undefined));
  }

  private async inTurn(act: () => Promise<void>): Promise<void> {
    if (!this.oneAtATime) return act();
    const done = this.last.then(act);
    this.last = done.catch(() => undefined);
    await done;
  }

  /** Unchanged, its `Host` included, which is signed. */
  private async forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
    losesAnswer = false,
  ): Promise<void> {
    const { hostname, port } = this.target;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request({ hostname, port, method, path: url, headers }, resolve).on('error', reject).end(body);
    const answer = await promise;
    const content = await buffer(answer);
    if (losesAnswer) outgoing.destroy();
    else outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders).end(content);
  }
}
