import { decodeBundle, encodeBundle } from '#merkle/entry-bundle.js';
import { extendTiles, type HashTile, type TileEdge } from '#merkle/extend-tiles.js';
import { readRoot } from '#merkle/read-hashes.js';
import type { Tile } from '#merkle/tile.js';
import { TILE_WIDTH, tilePath } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import { HASH_SIZE, type TreeHash } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import type { Cosigner } from './cosigner.js';
import { extendBundles, partialBundle, type Bundle } from './extend-bundles.js';
import type { LogTiles } from './log-tiles.js';
import type { SequencedEntries } from './sequenced-log.repository.js';
import type { SignedHead, SignedHeads } from './signed-heads.js';

/** Where the tiles of the signed tree end, from which the next ones go on. */
export interface PublishedEdge {
  readonly hashes: TileEdge;
  /** The entries of the bundle that is not full. */
  readonly bundle: readonly Uint8Array[];
}

export interface PublishedLogState {
  /** What readers see. */
  readonly current: SignedHead;
  /** What was signed last, whose tiles are there: the same, or larger where witnesses have not agreed to it. */
  readonly signed?: SignedHead;
  /** Of what was signed last. */
  readonly edge: PublishedEdge;
}

/** A log as its readers find it: its tiles, and the signed head that covers them. */
export class PublishedLog implements TileReader {
  private current: SignedHead;
  private signed: SignedHead;
  private edge: PublishedEdge;
  /** Tiles that became full and whose head is not published. */
  private full: readonly Tile[] = [];

  constructor(
    private readonly tiles: LogTiles,
    private readonly heads: SignedHeads,
    private readonly hash: TreeHash,
    { current, signed = current, edge }: PublishedLogState,
    private readonly cosigner?: Cosigner,
  ) {
    [this.current, this.signed, this.edge] = [current, signed, edge];
  }

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
    if (tile.width > widthOf(tile, this.current)) {
      throw new LedgerError('TILE_MISSING', `${tilePath(tile)} is past the end of the log`);
    }
    const width = widthOf(tile, this.signed);
    const bytes = await this.tiles.readTile({ ...tile, width });
    if (tile.width === width) return bytes;
    if (tile.level !== 'entries') return bytes.subarray(0, tile.width * HASH_SIZE);
    return encodeBundle(decodeBundle(bytes).slice(0, tile.width));
  }

  /** The partial tiles that a full one has replaced. Whoever reads files by an older checkpoint misses them then. */
  async removePartials(full: Tile): Promise<void> {
    await this.tiles.removePartials(full);
  }

  /** Whether a head waits for its cosignatures. Until it is published nothing follows it. */
  get isPending(): boolean {
    return this.signed.size > this.current.size;
  }

  /**
   * Publishes the entries that follow the head, so many that `head` is the tree with the last of them. What is stored is
   * read again at each step and trusted alone: leaf hashes come from the bundles' bytes, the root from the hash tiles',
   * and only a root that is the database's is signed and shown. After a rejection the old head stands, nothing is written any
   * more, and unless a head is pending then it is safe to repeat with batches that were read anew. Gives the tiles that became
   * full. Throws BATCH_DAMAGED where the batches do not end at the head.
   */
  async extend({ batches, head }: SequencedEntries): Promise<readonly Tile[]> {
    const { size, bundles, leaves, partial } = await this.storeBundles(batches);
    if (size !== head.size) {
      throw new LedgerError('BATCH_DAMAGED', `the batches that were read end at ${size} instead of ${head.size}`);
    }
    const { tiles, edge } = extendTiles(this.edge.hashes, leaves, this.hash);
    await Promise.all(tiles.map((tile) => this.store(tile)));
    await this.requireRoot(head);
    this.signed = await this.heads.sign(head);
    this.edge = { hashes: edge, bundle: partial };
    this.full = [...bundles, ...tiles.map(({ tile }) => tile)].filter((tile) => tile.width === TILE_WIDTH);
    return this.publish();
  }

  /** Shows the pending head once enough have cosigned it: rejects as `Cosigner` does. Gives the tiles that became full. */
  async publish(): Promise<readonly Tile[]> {
    const note = (await this.cosigner?.cosign(this.signed, this.tiles)) ?? this.signed.note;
    const head = { ...this.signed, note };
    await this.heads.publish(head);
    const { full } = this;
    [this.current, this.signed, this.full] = [head, head, []];
    return full;
  }

  /** Shows the head with the cosignatures of those who were away when it was published. Rejects as `Cosigner` does. */
  async complete(): Promise<void> {
    if (this.cosigner?.lacks(this.current) !== true) return;
    const note = await this.cosigner.cosign(this.current, this.tiles);
    if (note === this.current.note) return;
    const head = { ...this.current, note };
    await this.heads.publish(head);
    [this.current, this.signed] = [head, head];
  }

  /** Asks what witnesses hold against what was signed last. Rejects where nothing may be built on it. */
  async confer(): Promise<void> {
    try {
      await this.cosigner?.cosign(this.signed, this.tiles);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'QUORUM_MISSING') throw error;
    }
  }

  /**
   * Gives the leaf hashes of what is stored. Each bundle is dropped with its entries once it is stored: what is referenced for
   * as long as a publication takes survives two young collections, and only a full one frees it then.
   */
  private async storeBundles(batches: SequencedEntries['batches']) {
    const { bundle: before } = this.edge;
    let [size, partial]: [number, readonly Uint8Array[]] = [this.signed.size, before];
    const bundles: Tile[] = [];
    const storing: Promise<readonly Uint8Array[]>[] = [];
    const store = (bundle: Bundle): void => {
      const leaves = this.leavesOf(bundle);
      // It is looked at further down, or the batches have failed before.
      leaves.catch(() => undefined);
      bundles.push(bundle.tile);
      storing.push(leaves);
    };
    try {
      for await (const entries of batches) {
        const extended = extendBundles(size, partial, entries);
        extended.full.forEach(store);
        [size, partial] = [size + entries.length, extended.partial];
      }
      partialBundle(size, partial).forEach(store);
    } finally {
      await Promise.allSettled(storing);
    }
    const leaves = (await Promise.all(storing)).flat().slice(before.length);
    return { size, bundles, leaves, partial };
  }

  /** As they are stored. */
  private async leavesOf(bundle: Bundle): Promise<readonly Uint8Array[]> {
    return decodeBundle(await this.store(bundle)).map((entry) => this.hash.leaf(entry));
  }

  /** Gives the bytes as they read once they are stored. */
  private async store({ tile, bytes }: Bundle | HashTile): Promise<Uint8Array> {
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

/** How wide the tile is in the tree of this head. */
function widthOf({ level, index }: Tile, { size }: TreeHead): number {
  return Math.min(TILE_WIDTH, hashesAtLevel(size, level === 'entries' ? 0 : level) - index * TILE_WIDTH);
}
