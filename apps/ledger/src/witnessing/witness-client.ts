import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import { parseDecimal } from '#merkle/tree-head.js';

/** What a witness answered. `signatures`: bytes that nobody has looked at. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly signatures: Uint8Array }
  | { readonly kind: 'other-size'; readonly size: number }
  | { readonly kind: 'refuted' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a witness shows of a log. `note`: bytes that nobody has looked at. */
export type ShownCheckpoint =
  { readonly kind: 'shown'; readonly note: Uint8Array } | { readonly kind: 'failed'; readonly reason: string };

interface RawAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Bytes of an answer: a hundred signature lines fit. */
const MOST_BYTES = 32 * 1024;
/** Shards that ask at once. */
const CONNECTIONS = 4;

const BROKEN: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Asks one witness, by C2SP tlog-witness, over connections that are kept. */
export class WitnessClient {
  private readonly pool: Pool;
  private readonly prefix: string;

  /** `url`: the submission prefix. `timeout`: from the question to the last byte of the answer, in milliseconds. */
  constructor(
    url: string,
    private readonly timeout: number,
  ) {
    const { origin, pathname } = new URL(url);
    this.prefix = pathname.replace(/\/$/, '');
    const timeouts = { headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout } };
    this.pool = new Pool(origin, { connections: CONNECTIONS, maxResponseSize: MOST_BYTES, ...timeouts });
  }

  /** Never rejects: a witness that is down is an answer like any other. */
  async add(body: string): Promise<WitnessAnswer> {
    const answer = await this.ask('POST', '/add-checkpoint', body);
    return 'reason' in answer ? { kind: 'failed', ...answer } : understand(answer);
  }

  /**
   * The checkpoint of the log of this origin that it cosigned last, if it shows any: C2SP leaves that to the witness, an
   * adapter does. Never rejects.
   */
  async shown(origin: string): Promise<ShownCheckpoint> {
    const answer = await this.ask('GET', `/${createHash('sha256').update(origin).digest('hex')}/checkpoint`);
    if ('reason' in answer) return { kind: 'failed', ...answer };
    if (answer.status !== 200) return { kind: 'failed', reason: `answered ${answer.status}` };
    return { kind: 'shown', note: answer.body };
  }

  private async ask(
    method: 'GET' | 'POST',
    path: string,
    body: string | null = null,
  ): Promise<RawAnswer | { readonly reason: string }> {
    const signal = AbortSignal.timeout(this.timeout);
    const send = async () => {
      const headers = body === null ? {} : { 'content-type': 'text/plain; charset=utf-8' };
      const answer = await this.pool.request({ method, path: `${this.prefix}${path}`, headers, body, signal });
      return { status: answer.statusCode, body: new Uint8Array(await answer.body.arrayBuffer()) };
    };
    try {
      return await send().catch((error: unknown) => {
        // A kept connection that ended while nothing was asked says nothing of the witness; asking twice does no harm.
        if (!BROKEN.has(describe(error))) throw error;
        return send();
      });
    } catch (error) {
      return { reason: signal.aborted ? 'no answer in time' : describe(error) };
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

function understand({ status, body }: RawAnswer): WitnessAnswer {
  if (status === 200) return { kind: 'cosigned', signatures: body };
  if (status === 422) return { kind: 'refuted' };
  const text = Buffer.from(body).toString('latin1');
  const size = status === 409 && text.endsWith('\n') ? parseDecimal(text.slice(0, -1)) : undefined;
  return size === undefined ? { kind: 'failed', reason: `answered ${status}` } : { kind: 'other-size', size };
}

/** The code where there is one: messages name hosts and ports, and readers of the log are told the reason. */
function describe(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'cannot be asked';
}
