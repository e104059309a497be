import { decodeBundle, encodeBundle } from '#merkle/entry-bundle.js';
import { extendTiles, type TileEdge } from '#merkle/extend-tiles.js';
import { readRoot } from '#merkle/read-hashes.js';
import type { Tile } from '#merkle/tile.js';
import { TILE_WIDTH, tilePath } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { HASH_SIZE, type TreeHash } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import { extendBundles } from './extend-bundles.js';
import type { LogTiles } from './log-tiles.js';
import type { SequencedEntries } from './sequenced-log.repository.js';
import type { SignedHead, SignedHeads } from './signed-heads.js';

/** Where the tiles of the published tree end, from which the next ones go on. */
export interface PublishedEdge {
  readonly hashes: TileEdge;
  /** The entries of the bundle that is not full. */
  readonly bundle: readonly Uint8Array[];
}

interface WrittenTile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** A log as its readers find it: its tiles, and the signed head that covers them. */
export class PublishedLog implements TileReader {
  constructor(
    private readonly tiles: LogTiles,
    private readonly heads: SignedHeads,
    private readonly hash: TreeHash,
    private current: SignedHead,
    private edge: PublishedEdge,
  ) {}

  /** What was published last. All that it covers can be read. */
  get head(): SignedHead {
    return this.current;
  }

  /** Rejects, saying why, where readers cannot be given the log now: its store cannot be read, or is not this log's. */
  async requireReadable(): Promise<void> {
    const shown = await this.heads.published();
    if (shown === undefined) throw new LedgerError('TILE_MISSING', 'there is no checkpoint any more');
  }

  /**
   * Any tile of the published tree or of a smaller one: a partial tile is cut from a wider one, which begins with the same
   * bytes. Throws TILE_MISSING for what the tree does not have.
   */
  async readTile(tile: Tile): Promise<Uint8Array> {
    const there = hashesAtLevel(this.current.size, tile.level === 'entries' ? 0 : tile.level);
    const width = Math.min(TILE_WIDTH, there - tile.index * TILE_WIDTH);
    if (tile.width > width) throw new LedgerError('TILE_MISSING', `${tilePath(tile)} is past the end of the log`);
    const bytes = await this.tiles.readTile({ ...tile, width });
    if (tile.width === width) return bytes;
    if (tile.level !== 'entries') return bytes.subarray(0, tile.width * HASH_SIZE);
    return encodeBundle(decodeBundle(bytes).slice(0, tile.width));
  }

  /** The partial tiles that a full one has replaced. Whoever reads files by an older checkpoint misses them then. */
  async removePartials(full: Tile): Promise<void> {
    await this.tiles.removePartials(full);
  }

  /**
   * Publishes the entries that follow the head, so many that `head` is the tree with the last of them. What is stored is
   * read again at each step and trusted alone: leaf hashes come from the bundles' bytes, the root from the hash tiles',
   * and only a root that is the database's is signed and shown. After a rejection the old head stands, and it is safe to
   * repeat. Gives the tiles that became full.
   */
  async extend({ entries, head }: SequencedEntries): Promise<readonly Tile[]> {
    const { bundles, partial } = extendBundles(this.current.size, this.edge.bundle, entries);
    const stored = await Promise.all(bundles.map((bundle) => this.store(bundle)));
    const leaves = stored
      .flatMap(decodeBundle)
      .slice(this.edge.bundle.length)
      .map((entry) => this.hash.leaf(entry));
    const { tiles, edge } = extendTiles(this.edge.hashes, leaves, this.hash);
    await Promise.all(tiles.map((tile) => this.store(tile)));
    await this.requireRoot(head);
    const signed = await this.heads.sign(head);
    await this.heads.publish(signed);
    this.current = signed;
    this.edge = { hashes: edge, bundle: partial };
    return [...bundles, ...tiles].map(({ tile }) => tile).filter((tile) => tile.width === TILE_WIDTH);
  }

  /** Gives the bytes as they read once they are stored. */
  private async store({ tile, bytes }: WrittenTile): Promise<Uint8Array> {
    await this.tiles.write(tile, bytes);
    const stored = await this.tiles.readTile(tile);
    if (Buffer.compare(stored, bytes) === 0) return stored;
    throw new LedgerError('TILE_DIFFERS', `${tilePath(tile)} does not read as it was written`);
  }

  private async requireRoot(head: TreeHead): Promise<void> {
    const root = await readRoot(head.size, this.tiles, this.hash);
    if (Buffer.compare(root, head.root) === 0) return;
    throw new LedgerError('TILE_DIFFERS', `at size ${head.size} the tiles do not lead to the root that was sequenced`);
  }
}
