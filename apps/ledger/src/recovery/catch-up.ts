import { CompactRange } from '#merkle/compact-range.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { TILE_WIDTH } from '#merkle/tile.js';
import type { TreeHash } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import type { LogTiles } from '../publication/log-tiles.js';
import type { SequencingRepository } from '../sequencing/sequencing.repository.js';
import { ShardSequencer } from '../sequencing/shard-sequencer.js';
import type { SequencedAgain } from './sequenced-again.js';

export interface CatchUpParts {
  readonly shard: number;
  readonly origin: string;
  readonly sequencing: SequencingRepository;
  readonly tiles: LogTiles;
  readonly hash: TreeHash;
  /** What a published entry was when it was sequenced. */
  readonly again: SequencedAgain;
}

/** Bundles that are sequenced in one transaction. */
const BUNDLES_AT_ONCE = 4;

/**
 * Gives a database that lags behind the log's signed head what it lacks, out of the published bundles: the same entries at
 * the same places. Before anything is written, all of them are read and, with what the database has, must lead to the
 * signed root; else it rejects with PUBLISHED_DIFFERS, and with TILE_MISSING where a bundle is not there. Whoever wrote to
 * the shard before is fenced. Gives how many entries were missing.
 */
export async function catchUp(head: TreeHead, parts: CatchUpParts): Promise<number> {
  const { shard, origin, sequencing, hash, again } = parts;
  const before = await sequencing.head(shard);
  const size = before?.size ?? 0;
  if (size >= head.size) return 0;
  const range = before === undefined ? CompactRange.empty(hash) : CompactRange.fromBytes(size, before.frontier, hash);
  for await (const { entries } of published(size, head.size, parts)) {
    range.appendAll(entries.map((entry) => hash.leaf(entry)));
  }
  if (Buffer.compare(range.root(), head.root) !== 0) {
    throw new LedgerError(
      'PUBLISHED_DIFFERS',
      `the ${size} entries of the database and the published ones after them do not lead to the signed root of ${origin}. ` +
        'Give the ledger an older backup, or an empty database: it takes all entries from what was published.',
    );
  }
  const sequencer = await ShardSequencer.start(shard, origin, sequencing, hash);
  for await (const { first, entries } of published(size, head.size, parts)) {
    const candidates = entries.map((entry, at) => again(entry, first + at, hash));
    const appended = await sequencer.append(candidates);
    if (appended.first !== first || appended.fresh.length !== entries.length) {
      throw new LedgerError(
        'PUBLISHED_DIFFERS',
        `the database has some of the events of the entries from ${first} on already, at other places: it is not of this log`,
      );
    }
  }
  return head.size - size;
}

/** The published entries [from, to), piece by piece. */
async function* published(
  from: number,
  to: number,
  { tiles }: CatchUpParts,
): AsyncGenerator<{ readonly first: number; readonly entries: readonly Uint8Array[] }> {
  const step = BUNDLES_AT_ONCE * TILE_WIDTH;
  for (let first = from; first < to;) {
    const end = Math.min(to, (Math.floor(first / step) + 1) * step);
    const bundles: (readonly Uint8Array[])[] = [];
    const begin = Math.floor(first / TILE_WIDTH);
    for (let index = begin; index * TILE_WIDTH < end; index += 1) {
      const width = Math.min(TILE_WIDTH, to - index * TILE_WIDTH);
      bundles.push(decodeBundle(await tiles.readTile({ level: 'entries', index, width })));
    }
    const at = first - begin * TILE_WIDTH;
    yield { first, entries: bundles.flat().slice(at, at + end - first) };
    first = end;
  }
}
