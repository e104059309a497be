import { encodeBundle } from '../src/entry-bundle.js';
import { EMPTY_EDGE, compactRangeOf, extendTiles } from '../src/extend-tiles.js';
import { nodeTreeHash } from '../src/node-cryptography.js';
import { TILE_WIDTH, tilePath, type Tile } from '../src/tile.js';
import type { AuditedTiles } from '../src/audit/audited-tiles.js';
import { bundlesOfSize } from '../src/tiles-of-size.js';
import type { TreeHead } from '../src/tree-head.js';

/** The files of a log as a folder has them, by path, and its head. */
export interface LogFiles extends AuditedTiles {
  readonly head: TreeHead;
  readonly files: Map<string, Uint8Array>;
}

/** The log of these entries: every file that c2sp.org/tlog-tiles asks for at its size, and no other. */
export function logFiles(entries: readonly Uint8Array[]): LogFiles {
  const leaves = entries.map((entry) => nodeTreeHash.leaf(entry));
  const { edge, tiles } = extendTiles(EMPTY_EDGE, leaves, nodeTreeHash);
  const files = new Map(tiles.map(({ tile, bytes }) => [tilePath(tile), bytes]));
  for (const tile of bundlesOfSize(entries.length)) {
    const first = tile.index * TILE_WIDTH;
    files.set(tilePath(tile), encodeBundle(entries.slice(first, first + tile.width)));
  }
  return withFiles({ size: entries.length, root: compactRangeOf(edge, nodeTreeHash).root() }, files);
}

/** A copy of which one file is changed; `undefined` takes it away. */
export function damaged(
  { head, files }: LogFiles,
  path: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): LogFiles {
  const copy = new Map(files);
  const bytes = change(files.get(path)?.slice() ?? new Uint8Array(0));
  copy.delete(path);
  if (bytes !== undefined) copy.set(path, bytes);
  return withFiles(head, copy);
}

/** A change that flips a bit of a byte. */
export function flip(at: number, mask = 1): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => bytes.with(at, (bytes[at] ?? 0) ^ mask);
}

export function withFiles(head: TreeHead, files: Map<string, Uint8Array>): LogFiles {
  return { head, files, readTile: (tile: Tile) => Promise.resolve(files.get(tilePath(tile))) };
}
