import { Pool } from 'undici';
import { parseDecimal } from '#merkle/tree-head.js';

/** What a witness answered. `signatures`: bytes that nobody has looked at. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly signatures: Uint8Array }
  | { readonly kind: 'other-size'; readonly size: number }
  | { readonly kind: 'refuted' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Bytes of an answer: a hundred signature lines fit. */
const MOST_BYTES = 32 * 1024;
/** Shards that ask at once. */
const CONNECTIONS = 4;

const BROKEN: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Asks one witness to cosign, by C2SP tlog-witness, over connections that are kept. */
export class WitnessClient {
  private readonly pool: Pool;
  private readonly path: string;

  /** `url`: the submission prefix. `timeout`: from the question to the last byte of the answer, in milliseconds. */
  constructor(
    url: string,
    private readonly timeout: number,
  ) {
    const { origin, pathname } = new URL(url);
    this.path = `${pathname.replace(/\/$/, '')}/add-checkpoint`;
    const timeouts = { headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout } };
    this.pool = new Pool(origin, { connections: CONNECTIONS, maxResponseSize: MOST_BYTES, ...timeouts });
  }

  /** Never rejects: a witness that is down is an answer like any other. */
  async add(body: string): Promise<WitnessAnswer> {
    const signal = AbortSignal.timeout(this.timeout);
    try {
      return await this.post(body, signal).catch((error: unknown) => {
        // A kept connection that ended while nothing was asked says nothing of the witness; asking twice does no harm.
        if (!BROKEN.has(describe(error))) throw error;
        return this.post(body, signal);
      });
    } catch (error) {
      return { kind: 'failed', reason: signal.aborted ? 'no answer in time' : describe(error) };
    }
  }

  private async post(body: string, signal: AbortSignal): Promise<WitnessAnswer> {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const answer = await this.pool.request({ method: 'POST', path: this.path, headers, body, signal });
    return understand(answer.statusCode, new Uint8Array(await answer.body.arrayBuffer()));
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

function understand(status: number, body: Uint8Array): WitnessAnswer {
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
