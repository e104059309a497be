import { decodeBundle } from '#merkle/entry-bundle.js';
import { readEdge } from '#merkle/extend-tiles.js';
import { readRoot } from '#merkle/read-hashes.js';
import type { NoteSigner } from '#merkle/sign-note.js';
import { TILE_WIDTH } from '#merkle/tile.js';
import { EMPTY_ROOT, type TreeHash } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import { LogTiles } from './log-tiles.js';
import { PublishedLog, type PublishedEdge } from './published-log.js';
import { missingTiles, restoreTiles } from './restore-tiles.js';
import type { SequencedLogRepository } from './sequenced-log.repository.js';
import { SignedHeads } from './signed-heads.js';
import type { TileStore } from './tile-store.js';

export interface LogParts {
  readonly shard: number;
  readonly signer: NoteSigner;
  readonly store: TileStore;
  /** Where the signed heads are kept, if not beside the tiles. */
  readonly promises?: TileStore | undefined;
  readonly sequenced: SequencedLogRepository;
  readonly hash: TreeHash;
}

export interface OpenedLog {
  readonly log: PublishedLog;
  /** How many tiles were missing and were made again. */
  readonly restored: number;
}

/**
 * Opens a log where its last process left it, at whatever step that stopped: missing tiles are made again, and a head that
 * was signed is published. Refuses, with PUBLISHED_AHEAD, PUBLISHED_DIFFERS or TILE_DIFFERS, where what was promised is
 * not what the database holds: to go on would show two histories. A log that is new is published as empty.
 */
export async function openLog({ shard, signer, store, promises, sequenced, hash }: LogParts): Promise<OpenedLog> {
  const heads = new SignedHeads(store, signer, promises);
  const newest = await heads.newest();
  const head = newest ?? (await heads.sign({ size: 0, root: EMPTY_ROOT }));
  await requireSequenced(head, shard, signer.key.name, sequenced);
  const tiles = new LogTiles(store);
  const missing = await missingTiles(head.size, store);
  await restoreTiles(missing, head.size, tiles, (from, to) => sequenced.entries(shard, from, to), hash);
  await requireTiles(head, tiles, signer.key.name, hash);
  const edge = await readPublishedEdge(head.size, tiles);
  // Another ledger may still publish: what it shows by now is not taken back.
  const shown = await heads.published();
  if (shown === undefined || shown.size <= head.size) await heads.publish(head);
  return { log: new PublishedLog(tiles, heads, hash, head, edge), restored: missing.length };
}

async function requireSequenced(
  head: TreeHead,
  shard: number,
  origin: string,
  sequenced: SequencedLogRepository,
): Promise<void> {
  const { size = 0 } = (await sequenced.head(shard)) ?? {};
  if (head.size > size) {
    throw new LedgerError(
      'PUBLISHED_AHEAD',
      `${origin} was published with ${head.size} entries and the database has ${size}. It is another database, or an older ` +
        'backup of it. Give the ledger the database that has them all; the published checkpoint must stay.',
    );
  }
  const root = head.size === 0 ? Buffer.from(EMPTY_ROOT) : await sequenced.rootAt(shard, head.size);
  if (root === undefined || Buffer.compare(root, head.root) !== 0) {
    throw new LedgerError(
      'PUBLISHED_DIFFERS',
      `${origin} was published with another root at size ${head.size} than the database has. The database is another one, ` +
        'or was changed. Give the ledger the one that was published; the published checkpoint must stay.',
    );
  }
}

async function requireTiles(head: TreeHead, tiles: LogTiles, origin: string, hash: TreeHash): Promise<void> {
  const root = await readRoot(head.size, tiles, hash);
  if (Buffer.compare(root, head.root) === 0) return;
  throw new LedgerError(
    'TILE_DIFFERS',
    `the hash tiles of ${origin} do not lead to its published root. Remove the damaged ones: they are made again.`,
  );
}

async function readPublishedEdge(size: number, tiles: LogTiles): Promise<PublishedEdge> {
  const width = size % TILE_WIDTH;
  const bundle =
    width === 0 ? undefined : await tiles.readTile({ level: 'entries', index: (size - width) / TILE_WIDTH, width });
  return { hashes: await readEdge(size, tiles), bundle: bundle === undefined ? [] : decodeBundle(bundle) };
}
