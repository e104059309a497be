import { compactRangeOf } from '../extend-tiles.js';
import { subtreeRoot } from '../subtree-root.js';
import { TILE_WIDTH, tilePath, type Tile } from '../tile.js';
import { bundlesOfSize } from '../tiles-of-size.js';
import { EMPTY_ROOT, HASH_SIZE, portableTreeHash, type TreeHash } from '../tree-hash.js';
import type { TreeHead } from '../tree-head.js';
import { readTileOrWider, type AuditedTiles } from './audited-tiles.js';
import { locateDamage } from './locate-damage.js';
import { readAhead } from './read-ahead.js';
import { readBundle } from './read-bundle.js';
import { RecomputedRows } from './recomputed-rows.js';
import { hashAt, placesThatDiffer, type SuspectTile } from './suspect-tile.js';
import { mergeFindings, type TreeFinding } from './tree-finding.js';

export interface TreeAuditOptions {
  readonly hash?: TreeHash;
  /** Sizes up to the head's at which the root is wanted too, to hold it against checkpoints that others have. */
  readonly sizes?: readonly number[];
  /** Called with each entry that can be read, in order, once for each index. */
  readonly onEntry?: (entry: Uint8Array, index: number) => void;
  /** Called now and then with the number of entries that are behind. */
  readonly onProgress?: (entries: number) => void;
  /** How many bundles are read at the same time. */
  readonly ahead?: number;
  /** How many findings are told; the others are counted. */
  readonly limit?: number;
}

export interface TreeAudit {
  /** None if every byte of the log's files is what its head says. */
  readonly findings: readonly TreeFinding[];
  /** Findings beyond the limit. */
  readonly more: number;
  /** By size: those that were asked for, as the entries give them. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
}

interface Leaves {
  readonly tile: Tile;
  readonly bundle: Uint8Array | undefined;
  readonly hashes: Uint8Array | undefined;
}

/**
 * Reads a whole log once, from the first entry to the last, and recomputes every leaf, every node and the root. Damage
 * does not end it: each file that is not as it was signed is found, at its place. Rejects only as the tiles' reader does.
 *
 * @param head what the log signed
 */
export async function auditTree(
  head: TreeHead,
  tiles: AuditedTiles,
  options: TreeAuditOptions = {},
): Promise<TreeAudit> {
  const audit = new RunningAudit(head, tiles, options);
  const read = async (tile: Tile): Promise<Leaves> => {
    const [bundle, hashes] = await Promise.all([
      readTileOrWider(tiles, tile),
      readTileOrWider(tiles, { ...tile, level: 0 }),
    ]);
    return { tile, bundle, hashes };
  };
  for await (const leaves of readAhead(bundlesOfSize(head.size), options.ahead ?? 8, read)) await audit.take(leaves);
  return audit.finish();
}

class RunningAudit {
  readonly #rows = new RecomputedRows();
  readonly #roots = new Map<number, Uint8Array>();
  readonly #findings: TreeFinding[] = [];
  readonly #suspects: SuspectTile[] = [];
  #more = 0;
  readonly #hash: TreeHash;
  readonly #sizes: readonly number[];
  readonly #limit: number;

  constructor(
    private readonly head: TreeHead,
    private readonly tiles: AuditedTiles,
    private readonly options: TreeAuditOptions,
  ) {
    this.#hash = options.hash ?? portableTreeHash;
    this.#sizes = options.sizes ?? [];
    this.#limit = options.limit ?? 100;
  }

  async take({ tile, bundle, hashes }: Leaves): Promise<void> {
    const first = tile.index * TILE_WIDTH;
    this.#addEntries(tile, bundle, hashes);
    const size = first + tile.width;
    this.#keepRoots(this.#sizes.filter((one) => one > first && one <= size && one % TILE_WIDTH > 0));
    this.#compare({ ...tile, level: 0 }, hashes);
    if (tile.width === TILE_WIDTH) await this.#close(0);
    this.#keepRoots(this.#sizes.filter((one) => one === size && one % TILE_WIDTH === 0));
    this.options.onProgress?.(size);
  }

  async finish(): Promise<TreeAudit> {
    for (let level = 1; level < this.#rows.levels; level += 1) {
      const { index, hashes } = this.#rows.at(level);
      const tile = { level, index, width: hashes.length / HASH_SIZE };
      if (tile.width > 0) this.#compare(tile, await readTileOrWider(this.tiles, tile));
    }
    if (this.#sizes.includes(0)) this.#roots.set(0, EMPTY_ROOT);
    const located = await locateDamage({
      head: this.head,
      edge: this.#rows.edge(this.head.size),
      suspects: this.#suspects,
      known: this.#findings,
      tiles: this.tiles,
      hash: this.#hash,
    });
    const all = mergeFindings([...this.#findings, ...located]);
    const findings = all.slice(0, this.#limit);
    return { findings, more: this.#more + all.length - findings.length, roots: this.#roots };
  }

  #addEntries(tile: Tile, bundle: Uint8Array | undefined, hashes: Uint8Array | undefined): void {
    const { entries, end } = readBundle(bundle ?? new Uint8Array(0), tile.width);
    const first = tile.index * TILE_WIDTH;
    for (const [at, entry] of entries.entries()) {
      this.#rows.add(0, this.#hash.leaf(entry));
      this.options.onEntry?.(entry, first + at);
    }
    // What cannot be recomputed is believed for the time being, so that what is behind it can be.
    for (let at = entries.length; at < tile.width; at += 1) {
      this.#rows.add(0, hashAt(hashes ?? new Uint8Array(0), at));
    }
    const path = tilePath(tile);
    if (bundle === undefined) this.#find({ code: 'TILE_MISSING', path });
    else if (entries.length < tile.width || end < bundle.length) {
      this.#find({ code: 'BUNDLE_MALFORMED', path, byte: end, entry: first + entries.length });
    }
  }

  /** Ends the full tile of a level, and those above that it fills. */
  async #close(level: number): Promise<void> {
    const root = subtreeRoot(this.#rows.at(level).hashes, this.#hash);
    this.#rows.next(level);
    const above = level + 1;
    this.#rows.add(above, root);
    if (!this.#rows.isFull(above)) return;
    const tile = { level: above, index: this.#rows.at(above).index, width: TILE_WIDTH };
    this.#compare(tile, await this.tiles.readTile(tile));
    await this.#close(above);
  }

  /** Holds a tile against what was recomputed of it. */
  #compare(tile: Tile, read: Uint8Array | undefined): void {
    const path = tilePath(tile);
    const recomputed = this.#rows.at(Number(tile.level)).hashes;
    if (read === undefined) {
      this.#find({ code: 'TILE_MISSING', path });
      return;
    }
    if (read.length !== recomputed.length) {
      this.#find({ code: 'TILE_LENGTH', path, byte: Math.min(read.length, recomputed.length) });
    }
    const there = read.subarray(0, recomputed.length);
    const whole = Math.floor(there.length / HASH_SIZE);
    const places = placesThatDiffer(there, recomputed).filter((place) => place < whole);
    if (places.length === 0) return;
    if (this.#suspects.length < this.#limit) this.#suspects.push({ tile, recomputed: recomputed.slice(), places });
    else this.#more += places.length;
  }

  #find(finding: TreeFinding): void {
    if (this.#findings.length < this.#limit) this.#findings.push(finding);
    else this.#more += 1;
  }

  #keepRoots(sizes: readonly number[]): void {
    for (const size of sizes) this.#roots.set(size, compactRangeOf(this.#rows.edge(size), this.#hash).root());
  }
}
