import { setTimeout as pauseFor } from 'node:timers/promises';
import { shardListPath } from '#merkle/log-paths.js';
import { tilePath, type Tile } from '#merkle/tile.js';
import { ClientError } from '../client-error.js';
import { reasonOf, type Fetch } from '../http-call.js';
import type { FamilySource } from './family-source.js';
import { MAX_CHECKPOINT_BYTES, mostBytes, type LogSource } from './log-source.js';

export interface HttpLogOptions {
  readonly fetch?: Fetch | undefined;
  /** Waits before another try. Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** How often a file is asked for until the log is given up. */
  readonly tries?: number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** For one answer, to its last byte. */
const TIMEOUT_MS = 30_000;

/** What came is no answer to rely on: another try may bring one. */
class TryAgain extends Error {
  constructor(
    message: string,
    readonly after = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A log below a URL, by c2sp.org/tlog-tiles. Tries again what fails for a time; rejects with UNREACHABLE where that does
 * not help, and with ANSWER_UNREADABLE for an answer that no log gives.
 */
export class HttpLog implements LogSource {
  readonly place: string;
  private readonly fetch: Fetch;
  private readonly pause: (milliseconds: number) => Promise<unknown>;
  private readonly tries: number;

  constructor(prefix: string | URL, { fetch = globalThis.fetch, pause = pauseFor, tries = 6 }: HttpLogOptions = {}) {
    this.place = String(prefix).replace(/\/?$/, '/');
    this.fetch = fetch;
    this.pause = pause;
    this.tries = tries;
  }

  readCheckpoint(): Promise<Uint8Array | undefined> {
    return this.read('checkpoint', MAX_CHECKPOINT_BYTES);
  }

  readTile(tile: Tile): Promise<Uint8Array | undefined> {
    return this.read(tilePath(tile), mostBytes(tile));
  }

  /** The first bytes of a file. */
  async read(path: string, most: number): Promise<Uint8Array | undefined> {
    const url = new URL(path, this.place);
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.readOnce(url, most);
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
        if (tried >= this.tries) {
          throw new ClientError('UNREACHABLE', `${url.href} cannot be read: ${error.message}`, { cause: error });
        }
        const pause = Math.max(FIRST_PAUSE_MS * 2 ** (tried - 1), error.after);
        await this.pause(Math.min(pause, LONGEST_PAUSE_MS));
      }
    }
  }

  private async readOnce(url: URL, most: number): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status === 200) return await readUpTo(answer, most + 1);
      await answer.body?.cancel();
      if (answer.status === 404 || answer.status === 410) return undefined;
      if (answer.status === 429 || answer.status >= 500) {
        throw new TryAgain(`it answered ${answer.status}`, Number(answer.headers.get('retry-after') ?? 0) * 1000 || 0);
      }
      throw new ClientError('ANSWER_UNREADABLE', `${url.href} answered ${answer.status}`);
    } catch (cause) {
      if (cause instanceof TryAgain || cause instanceof ClientError) throw cause;
      throw new TryAgain(reasonOf(cause), 0, { cause });
    }
  }
}

/** A family of logs below a URL, as `HttpLog` reads them. */
export class HttpFamily implements FamilySource {
  private readonly list: HttpLog;

  constructor(
    prefix: string | URL,
    private readonly options: HttpLogOptions = {},
  ) {
    this.list = new HttpLog(prefix, options);
  }

  get place(): string {
    return this.list.place;
  }

  readList(version?: number): Promise<Uint8Array | undefined> {
    return this.list.read(shardListPath(version), MAX_CHECKPOINT_BYTES);
  }

  log(at: string): LogSource {
    return new HttpLog(new URL(at, this.place), this.options);
  }
}

/** The first bytes of the body: a server that never ends must not fill the memory. */
async function readUpTo({ body }: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (body === null) return new Uint8Array(0);
  for await (const part of body as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length >= most) break;
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, most));
}
