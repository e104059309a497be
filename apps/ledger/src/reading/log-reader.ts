import { consistencyProof } from '#merkle/consistency-proof.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { inclusionProof } from '#merkle/inclusion-proof.js';
import { KeptTiles } from '#merkle/kept-tiles.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { readRoot } from '#merkle/read-hashes.js';
import { TILE_WIDTH } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { formatTlogProof } from '#merkle/tlog-proof.js';
import { LedgerError } from '../ledger-error.js';
import type { PublishedLog } from '../publication/published-log.js';

export interface ReadEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/** The published entries [from, to) with their indices. Callers stay within the head's size. */
export async function readEntries(log: PublishedLog, from: number, to: number): Promise<ReadEntry[]> {
  const { size } = log.head;
  const first = Math.floor(from / TILE_WIDTH);
  const bundles = Array.from({ length: Math.max(0, Math.ceil(to / TILE_WIDTH) - first) }, async (_, at) => {
    const start = (first + at) * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, size - start);
    const bundle = decodeBundle(await log.readTile({ level: 'entries', index: first + at, width }));
    return bundle.map((entry, place) => ({ index: start + place, entry }));
  });
  return (await Promise.all(bundles)).flat().filter(({ index }) => index >= from && index < to);
}

/** The published entry at this index, which is below the head's size. Throws TILE_MISSING. */
export async function readEntry(log: PublishedLog, index: number): Promise<Uint8Array> {
  const [found] = await readEntries(log, index, index + 1);
  if (found === undefined) throw new LedgerError('TILE_MISSING', `there is no entry ${index}`);
  return found.entry;
}

/** Of one log: a hundred million entries have 1,532 tiles above their leaves. */
const KEPT_TILES = 2048;
const kept = new WeakMap<PublishedLog, TileReader>();

/** The log's tiles for proofs, which have those above the leaves in common. */
function tilesOf(log: PublishedLog): TileReader {
  const tiles = kept.get(log) ?? new KeptTiles(log, KEPT_TILES);
  kept.set(log, tiles);
  return tiles;
}

/** The offline proof of a published entry: its text by C2SP tlog-proof, with the checkpoint published last. */
export async function proofOf(log: PublishedLog, index: number): Promise<string> {
  const { size, note } = log.head;
  const hashes = await inclusionProof(index, size, tilesOf(log), nodeTreeHash);
  return formatTlogProof({ index, hashes, checkpoint: note });
}

export interface HashProof {
  readonly hashes: readonly Uint8Array[];
  /** Of the larger tree. */
  readonly root: Uint8Array;
}

/** That leaf `index` is in the tree of this size, which was published or is below what was. */
export async function inclusionIn(log: PublishedLog, index: number, size: number): Promise<HashProof> {
  const [hashes, root] = await Promise.all([
    inclusionProof(index, size, tilesOf(log), nodeTreeHash),
    rootAt(log, size),
  ]);
  return { hashes, root };
}

/** That the tree of size `to`, no larger than the published one, begins with that of size `from`. */
export async function consistencyBetween(log: PublishedLog, from: number, to: number): Promise<HashProof> {
  const [hashes, root] = await Promise.all([consistencyProof(from, to, tilesOf(log), nodeTreeHash), rootAt(log, to)]);
  return { hashes, root };
}

function rootAt(log: PublishedLog, size: number): Promise<Uint8Array> {
  return size === log.head.size ? Promise.resolve(log.head.root) : readRoot(size, tilesOf(log), nodeTreeHash);
}
