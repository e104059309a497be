export interface ServedAs {
  readonly contentType: string;
  readonly cacheControl: string;
}

const TEXT = 'text/plain; charset=utf-8';

/** How a file of a log goes to its readers (C2SP tlog-tiles), by its path under the log's: over HTTP, and as an object. */
export function servedAs(path: string): ServedAs {
  if (!path.startsWith('tile/')) return { contentType: TEXT, cacheControl: 'no-cache' };
  // The bytes of a partial tile never change either, but its path goes once the tile is full.
  const isPartial = path.includes('.p/');
  return {
    contentType: 'application/octet-stream',
    cacheControl: isPartial ? 'public, max-age=60' : 'public, max-age=31536000, immutable',
  };
}
