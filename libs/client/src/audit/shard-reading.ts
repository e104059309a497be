import { CompactRange } from '#merkle/compact-range.js';
import { readTileOrWider } from '#merkle/audit/audited-tiles.js';
import { readAhead } from '#merkle/audit/read-ahead.js';
import { readBundle } from '#merkle/audit/read-bundle.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { bundlesOfSize } from '#merkle/tiles-of-size.js';
import { auditedRecord } from '#reconcile/audit/audited-record.js';
import type { FreshRecord } from '#reconcile/sequenced-record.js';
import type { RootedLog } from './rooted-logs.js';

/** The entries of a log are not those that it signed. */
export class NotAsSigned extends Error {
  override readonly name = 'NotAsSigned';

  constructor(readonly origin: string) {
    super(`the entries of ${origin} are not those that it signed`);
  }
}

/** How many bundles are read at the same time. */
const AHEAD = 8;

interface ReadEntry {
  readonly leaf: Uint8Array;
  /** Absent for what is no entry. */
  readonly record?: FreshRecord;
}

/** Reads the entries of a shard, in their order, and holds them against what the shard signed. */
export class ShardReading {
  private readonly bundles: AsyncGenerator<readonly Uint8Array[]>;
  private readonly range = CompactRange.empty(nodeTreeHash);
  private inHand: readonly ReadEntry[] = [];
  private at = 0;

  /** `latest`: see `auditedRecord`. */
  constructor(
    private readonly log: RootedLog,
    private readonly latest: number,
  ) {
    this.bundles = readAhead(bundlesOfSize(log.size), AHEAD, async (tile) => {
      return readBundle((await readTileOrWider(log.source, tile)) ?? new Uint8Array(0), tile.width).entries;
    });
  }

  /** The time of the next entry, in milliseconds. */
  get time(): number {
    return this.inHand[this.at]?.record?.seenAt ?? 0;
  }

  /** Makes sure that the next entry is in hand; false where there is none below `size`. Rejects with NotAsSigned. */
  async fill(size: number): Promise<boolean> {
    if (this.range.size >= Math.min(size, this.log.head.size)) return false;
    if (this.at < this.inHand.length) return true;
    const next = await this.bundles.next();
    if (next.done === true || next.value.length === 0) throw new NotAsSigned(this.log.origin);
    const first = this.range.size;
    this.inHand = next.value.map((bytes, at) => this.read(bytes, first + at));
    this.at = 0;
    return true;
  }

  /** The entries below `size` that are in hand, up to the first, but for the next one, of a later time than `until`. */
  take(size: number, until: number): readonly FreshRecord[] {
    const taken: FreshRecord[] = [];
    const most = Math.min(size, this.log.head.size);
    do {
      const entry = this.inHand[this.at];
      if (entry === undefined) break;
      this.range.append(entry.leaf);
      if (entry.record !== undefined) taken.push(entry.record);
      this.at += 1;
    } while (this.range.size < most && this.time <= until);
    return taken;
  }

  /** Throws NotAsSigned unless all entries were read and are the ones that the shard signed. */
  requireAsSigned(): void {
    const { size, root } = this.log.head;
    const isWhole = this.range.size === size && Buffer.compare(this.range.root(), root) === 0;
    if (!isWhole) throw new NotAsSigned(this.log.origin);
  }

  private read(bytes: Uint8Array, index: number): ReadEntry {
    const record = auditedRecord(bytes, { shard: this.log.number, index }, this.latest);
    if (record === undefined) return { leaf: nodeTreeHash.leaf(bytes) };
    return { leaf: Buffer.from(record.leaf, 'base64url'), record };
  }
}
