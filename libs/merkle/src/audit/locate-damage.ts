import { equalBytes } from '@noble/curves/utils.js';
import { compactRangeOf, type TileEdge } from '../extend-tiles.js';
import { CHECKPOINT } from '../log-paths.js';
import { subtreeRoot } from '../subtree-root.js';
import { TILE_WIDTH, tilePath, type Tile } from '../tile.js';
import { hashesAtLevel, partialTiles } from '../tiles-of-size.js';
import { HASH_SIZE, type TreeHash } from '../tree-hash.js';
import type { TreeHead } from '../tree-head.js';
import { readTileOrWider, type AuditedTiles } from './audited-tiles.js';
import { readBundle } from './read-bundle.js';
import { hashAt, type SuspectTile } from './suspect-tile.js';
import type { TreeFinding } from './tree-finding.js';

export interface Damage {
  /** What the log signed. */
  readonly head: TreeHead;
  /** What the entries add up to. */
  readonly edge: TileEdge;
  readonly suspects: readonly SuspectTile[];
  /** What was found already. */
  readonly known: readonly TreeFinding[];
  readonly tiles: AuditedTiles;
  readonly hash: TreeHash;
}

/**
 * Says which files are wrong. A tile differs from what is below it: one of the two is not what was signed, and the root
 * tells which, from above down to the place.
 */
export async function locateDamage(damage: Damage): Promise<TreeFinding[]> {
  const { head, edge, suspects, hash } = damage;
  if (suspects.length === 0 && equalBytes(compactRangeOf(edge, hash).root(), head.root)) return [];
  return new DamageSearch(damage).findings();
}

class DamageSearch {
  readonly #suspects: ReadonlyMap<string, SuspectTile>;
  readonly #known: ReadonlySet<string>;
  readonly #rows = new Map<string, Promise<Uint8Array | undefined>>();
  #edge: TileEdge | undefined;
  constructor(private readonly damage: Damage) {
    this.#suspects = new Map(damage.suspects.map((one) => [tilePath(one.tile), one]));
    this.#known = new Set(damage.known.map(({ path }) => path));
  }

  async findings(): Promise<TreeFinding[]> {
    const read = await this.#readPartials();
    this.#edge = this.#signedEdge(read);
    const found: TreeFinding[] = [];
    for (const suspect of this.#suspects.values()) found.push(...(await this.#judge(suspect)));
    const isWhole = read.every((partial) => partial !== undefined);
    if (this.#edge === undefined && isWhole) found.unshift({ code: 'ROOT_DIFFERS', path: CHECKPOINT });
    return found;
  }

  /** By level: the partial tile as it was read, empty where there is none to read; undefined where it is not whole. */
  async #readPartials(): Promise<(Uint8Array | undefined)[]> {
    const { edge, tiles } = this.damage;
    const partials: (Uint8Array | undefined)[] = edge.partials.map(() => new Uint8Array(0));
    for (const tile of partialTiles(edge.size)) {
      const bytes = await readTileOrWider(tiles, tile);
      partials[Number(tile.level)] = bytes?.length === tile.width * HASH_SIZE ? bytes : undefined;
    }
    return partials;
  }

  /** The right edge of the tree that was signed: of each level what was read or what was recomputed. */
  #signedEdge(read: readonly (Uint8Array | undefined)[]): TileEdge | undefined {
    const { head, edge, hash } = this.damage;
    for (let choice = 0; choice < 2 ** edge.partials.length; choice += 1) {
      const partials = edge.partials.map((recomputed, level) =>
        (choice & (1 << level)) === 0 ? (read[level] ?? recomputed) : recomputed,
      );
      if (equalBytes(compactRangeOf({ size: head.size, partials }, hash).root(), head.root)) {
        return { size: head.size, partials };
      }
    }
    return undefined;
  }

  async #judge({ tile, recomputed, places }: SuspectTile): Promise<TreeFinding[]> {
    const path = tilePath(tile);
    const [signed, read] = await Promise.all([this.#signedRow(tile), readTileOrWider(this.damage.tiles, tile)]);
    const findings: TreeFinding[] = [];
    for (const place of places) {
      const byte = place * HASH_SIZE;
      if (signed === undefined) {
        findings.push({ code: 'HASH_DISPUTED', path, byte, ...entryOf(tile, place) });
        continue;
      }
      const right = hashAt(signed, place);
      if (!equalBytes(hashAt(read ?? new Uint8Array(0), place), right))
        findings.push({ code: 'HASH_ALTERED', path, byte });
      if (!equalBytes(hashAt(recomputed, place), right)) findings.push(...(await this.#below(tile, place)));
    }
    return findings;
  }

  /** What a tile holds by what was signed: what was read of it or what was recomputed, and undefined if neither is. */
  #signedRow(tile: Tile): Promise<Uint8Array | undefined> {
    const path = tilePath(tile);
    const row = this.#rows.get(path) ?? this.#findSignedRow(tile);
    this.#rows.set(path, row);
    return row;
  }

  async #findSignedRow(tile: Tile): Promise<Uint8Array | undefined> {
    const level = Number(tile.level);
    if (tile.width < TILE_WIDTH) return this.#edge?.partials[level];
    const place = tile.index % TILE_WIDTH;
    const index = (tile.index - place) / TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, hashesAtLevel(this.damage.head.size, level + 1) - index * TILE_WIDTH);
    const above = await this.#signedRow({ level: level + 1, index, width });
    if (above === undefined) return undefined;
    const candidates = [await this.damage.tiles.readTile(tile), this.#suspects.get(tilePath(tile))?.recomputed];
    return candidates.find(
      (row) =>
        row?.length === TILE_WIDTH * HASH_SIZE && equalBytes(subtreeRoot(row, this.damage.hash), hashAt(above, place)),
    );
  }

  /** The tile is right at the place, and what is below is not. */
  async #below(tile: Tile, place: number): Promise<TreeFinding[]> {
    const index = tile.index * TILE_WIDTH + place;
    if (tile.level === 0) return this.#entry(tile, place);
    const below: Tile = { level: Number(tile.level) - 1, index, width: TILE_WIDTH };
    const path = tilePath(below);
    // It is told already where it is damaged itself.
    if (this.#suspects.has(path)) return [];
    if (below.level === 0) {
      const bundle = tilePath({ ...below, level: 'entries' });
      if (this.#known.has(bundle)) return [];
      return [{ code: 'SUBTREE_REPLACED', path: this.#known.has(path) ? bundle : path }];
    }
    return this.#known.has(path) ? [] : [{ code: 'SUBTREE_REPLACED', path }];
  }

  async #entry(tile: Tile, place: number): Promise<TreeFinding[]> {
    const bundle: Tile = { ...tile, level: 'entries' };
    const bytes = (await readTileOrWider(this.damage.tiles, bundle)) ?? new Uint8Array(0);
    const entry = tile.index * TILE_WIDTH + place;
    return [{ code: 'ENTRY_ALTERED', path: tilePath(bundle), byte: readBundle(bytes, place).end, entry }];
  }
}

function entryOf({ level, index }: Tile, place: number): { entry?: number } {
  return level === 0 ? { entry: index * TILE_WIDTH + place } : {};
}
