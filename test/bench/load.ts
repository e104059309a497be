import autocannon from 'autocannon';

export interface PreparedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Called once a request. Each signed request can be used once. */
  readonly next: () => PreparedRequest;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Answers that were no 2xx, and requests without an answer. */
  readonly failed: number;
}

/** The one load generator for both sides, as fast as it goes: POST after POST over keep-alive connections. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const times: number[] = [];
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(toAutocannon(options), (error: Error | null, ended) => {
      if (error === null) resolve(ended);
      else reject(error);
    });
    // Its own histogram counts whole milliseconds only.
    instance.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  return {
    perSecond: result.requests.average,
    ...percentiles(times),
    requests: result.requests.total,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}

/** The times that half and all but one in a hundred do not exceed. */
export function percentiles(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function toAutocannon({ url, connections, seconds, next }: LoadOptions): autocannon.Options {
  return {
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const { path, headers, body } = next();
          return { ...request, path, headers: { ...headers }, body };
        },
      },
    ],
  };
}
