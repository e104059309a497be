import { decodeBundle } from '#merkle/entry-bundle.js';
import { readEdge } from '#merkle/extend-tiles.js';
import { readRoot } from '#merkle/read-hashes.js';
import type { NoteSigner } from '#merkle/sign-note.js';
import { TILE_WIDTH } from '#merkle/tile.js';
import { EMPTY_ROOT, type TreeHash } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import type { Cosigner } from './cosigner.js';
import { LogTiles } from './log-tiles.js';
import { PublishedLog, type PublishedEdge } from './published-log.js';
import { missingTiles, restoreTiles } from './restore-tiles.js';
import type { SequencedLogRepository } from './sequenced-log.repository.js';
import { SignedHeads, type SignedHead } from './signed-heads.js';
import type { TileStore } from './tile-store.js';

export interface LogParts {
  readonly shard: number;
  readonly signer: NoteSigner;
  readonly store: TileStore;
  /** Where the signed heads are kept, if not beside the tiles. */
  readonly promises?: TileStore | undefined;
  readonly sequenced: SequencedLogRepository;
  readonly hash: TreeHash;
  /** Who has to agree to what is published from now on; nobody if left out. */
  readonly cosigner?: RecallingCosigner | undefined;
}

/** A cosigner that can take over what a head carries that was published before. */
export interface RecallingCosigner extends Cosigner {
  recall(head: SignedHead): void;
}

export interface RestoredLog {
  readonly log: PublishedLog;
  /** How many tiles were missing and were made again. */
  readonly restored: number;
}

/**
 * Opens a log where its last process left it, at whatever step that stopped: missing tiles are made again, and a head that
 * was signed is published, if nobody else has to agree. Refuses, with PUBLISHED_AHEAD, PUBLISHED_DIFFERS or TILE_DIFFERS,
 * where what was promised is not what the database holds: to go on would show two histories. So it does with
 * WITNESS_AHEAD or WITNESS_DISAGREES where a witness proves it. A log that is new is published as empty.
 */
export async function openLog(parts: LogParts): Promise<RestoredLog> {
  const { shard, signer, store, promises, sequenced, hash, cosigner } = parts;
  const heads = new SignedHeads(store, signer, promises);
  const newest = await heads.newest();
  const signed = newest ?? (await heads.sign(heads.empty()));
  await requireSequenced(signed, shard, signer.key.name, sequenced);
  const tiles = new LogTiles(store);
  const missing = await missingTiles(signed.size, store, (await heads.published())?.size === signed.size);
  await restoreTiles(missing, signed.size, tiles, (from, to) => sequenced.entries(shard, from, to), hash);
  await requireTiles(signed, tiles, signer.key.name, hash);
  const edge = await readPublishedEdge(signed.size, tiles);
  const current = await whatIsShown(heads, signed, cosigner !== undefined);
  cosigner?.recall(current);
  const log = new PublishedLog(tiles, heads, hash, { current, signed, edge }, cosigner);
  await log.confer();
  return { log, restored: missing.length };
}

/** Shows what was signed last. Where others have to agree to it, what was shown stays, and if that was nothing, the empty log. */
async function whatIsShown(heads: SignedHeads, signed: SignedHead, needsOthers: boolean): Promise<SignedHead> {
  const shown = await heads.published();
  // Another ledger may still publish: what it shows by now is not taken back.
  if (shown !== undefined && shown.size > signed.size) return signed;
  if (needsOthers && signed.size > 0) return shown ?? heads.empty();
  await heads.publish(signed);
  return signed;
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
        'backup of it. Give the ledger the database that has them all, or set LEDGER_CATCH_UP=true: it takes what is missing ' +
        'from what was published. The published checkpoint must stay.',
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
