import { MerkleError } from './merkle-error.js';
import { requireSize } from './tree-head.js';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;

/**
 * Where a tile is, by c2sp.org/tlog-tiles. Level 0 holds leaf hashes, level l + 1 the roots of the full tiles of level
 * l, `entries` the entries themselves. The width is 256 for a full tile and 1 to 255 for a partial one.
 */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** The path under a log's prefix, such as `tile/0/x001/x234/067.p/12`. */
export function tilePath(tile: Tile): string {
  const { level, index, width } = tile;
  requireSize(index, 'tile index');
  if (level !== 'entries' && !isWithin(level, 0, 63)) throw new MerkleError('INVALID_TILE', `No level ${level}`);
  if (!isWithin(width, 1, TILE_WIDTH)) throw new MerkleError('INVALID_TILE', `No tile is ${width} wide`);
  const digits = index.toString();
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.replace(/[0-9]{3}(?=[0-9])/g, 'x$&/');
  return `tile/${level}/${groups}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile at a path; exactly the paths that `tilePath` writes are read. Throws INVALID_TILE. */
export function parseTilePath(path: string): Tile {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  const [, level = '', groups = '', width] = parts ?? [];
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replace(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  // Writing it again catches every second spelling of the same tile: leading zeros, an empty group, `.p/256`.
  if (parts === null || !Number.isSafeInteger(tile.index) || !isWithin(tile.width, 1, TILE_WIDTH)) throw notATile(path);
  if (tile.level !== 'entries' && tile.level > 63) throw notATile(path);
  if (tilePath(tile) !== path) throw notATile(path);
  return tile;
}

function notATile(path: string): MerkleError {
  return new MerkleError('INVALID_TILE', `${JSON.stringify(path.slice(0, 100))} is not the path of a tile`);
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
