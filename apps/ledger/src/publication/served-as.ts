import { SHARD_LIST_VERSIONS } from '#merkle/log-paths.js';

export interface ServedAs {
  readonly contentType: string;
  readonly cacheControl: string;
}

const TEXT = 'text/plain; charset=utf-8';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** How a file of a log (C2SP tlog-tiles) or of a family goes to its readers, by its path under theirs: over HTTP, and as an object. */
export function servedAs(path: string): ServedAs {
  if (path.startsWith(`${SHARD_LIST_VERSIONS}/`)) return { contentType: TEXT, cacheControl: FOR_EVER };
  if (!path.startsWith('tile/')) return { contentType: TEXT, cacheControl: 'no-cache' };
  // The bytes of a partial tile never change either, but its path goes once the tile is full.
  const isPartial = path.includes('.p/');
  return {
    contentType: 'application/octet-stream',
    cacheControl: isPartial ? 'public, max-age=60' : FOR_EVER,
  };
}
