import { MerkleError } from '#merkle/merkle-error.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { readRootEntry, type ListDigest } from '#merkle/root-entry.js';
import type { ListedShard, ShardList } from '#merkle/shard-list.js';
import { verifyNote } from '#merkle/verify-note.js';
import type { EnteredDigest } from './audit-lists.js';
import type { EntryReader } from './entry-audit.js';
import type { LogFinding } from './log-finding.js';
import type { OpenedSeen } from './seen-checkpoints.js';

/**
 * Looks into each entry of a root log: whether it was signed by whom it names, whether the list names that shard, and
 * whether each shard only grows. What it learns stays with it: for a large root log some 200 bytes an entry.
 */
export class RootAudit implements EntryReader {
  readonly findings: LogFinding[] = [];
  more = 0;
  readonly unknownTypes = new Map<string, number>();
  /** Of the lists that were entered, by version. */
  readonly digests: EnteredDigest[] = [];
  /** The shards' checkpoints, in their order. */
  readonly order: OpenedSeen[] = [];
  private readonly keys: ReadonlyMap<string, ListedShard>;
  private readonly entered = new Map<string, OpenedSeen[]>();
  private readonly hidden = new Set<string>();

  constructor(
    list: ShardList,
    private readonly family: NoteKey,
    private readonly limit: number,
  ) {
    this.keys = new Map(list.shards.map((shard) => [shard.key.name, shard]));
  }

  /** The digest of the list that was entered last. */
  get digest(): EnteredDigest | undefined {
    return this.digests.at(-1);
  }

  /** The checkpoints of a shard, in their order. */
  of(origin: string): readonly OpenedSeen[] {
    return this.entered.get(origin) ?? [];
  }

  read(entry: Uint8Array, index: number): void {
    try {
      const read = readRootEntry(entry);
      if (read.kind === 'list') this.takeDigest(entry, read.list, index);
      else this.takeCheckpoint(entry, read.checkpoint.origin, index);
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      this.find('ROOT_ENTRY_INVALID', index, error.message);
    }
  }

  private takeDigest(entry: Uint8Array, list: ListDigest, index: number): void {
    verifyNote(entry, [this.family], nodeVerify);
    if (list.version <= (this.digest?.version ?? 0) || list.family !== this.family.name) {
      this.find('ROOT_DISORDER', index, `version ${list.version} of the list of ${list.family}`);
    } else this.digests.push({ ...list, entry: index });
  }

  private takeCheckpoint(entry: Uint8Array, origin: string, index: number): void {
    const shard = this.keys.get(origin);
    if (shard === undefined) {
      if (!this.hidden.has(origin)) this.find('SHARD_HIDDEN', index, origin);
      this.hidden.add(origin);
      return;
    }
    const { size, root } = openCheckpoint(entry, { log: shard.key }, nodeVerify);
    const before = this.entered.get(origin) ?? [];
    const last = before.at(-1);
    if (last !== undefined && last.size >= size) {
      this.find('ROOT_DISORDER', index, `${origin} at size ${size} after size ${last.size}`);
    } else {
      const seen = { name: `root log, entry ${index}`, origin, size, root: new Uint8Array(root), cosignatures: [] };
      before.push(seen);
      this.order.push(seen);
      this.entered.set(origin, before);
    }
  }

  private find(code: LogFinding['code'], entry: number, reason: string): void {
    if (this.findings.length >= this.limit) this.more += 1;
    else this.findings.push({ code, path: '', entry, reason });
  }
}
