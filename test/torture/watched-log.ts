import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ClientError } from '#client/client-error.js';
import type { LogSource } from '#client/audit/log-source.js';
import type { SeenCheckpoint } from '#client/audit/seen-checkpoints.js';
import { readTileOrWider } from '#merkle/audit/audited-tiles.js';
import { encodeBase64 } from '#merkle/base64.js';
import { CompactRange } from '#merkle/compact-range.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { TILE_WIDTH, tilePath, type Tile } from '#merkle/tile.js';
import { loggedEntry, type LoggedEntry } from '../support/published-entries.js';

const LOOK_EVERY_MS = 50;

/** A log under the eyes of somebody who keeps every checkpoint that is shown, and reads every entry once. */
export class WatchedLog {
  /** What must never be: two histories, or a log that went back. */
  readonly forks: string[] = [];
  /** Every checkpoint that was ever shown, as it was. */
  readonly seen: SeenCheckpoint[] = [];
  /** What else the log may not show its readers: a checkpoint that it did not sign, a tile that it lacks. Each once. */
  readonly faults = new Set<string>();
  /** SHA-256 of each entry in base64, by type. */
  readonly digests = new Map<string, Set<string>>();
  /** How many entries were read. */
  size = 0;
  private readonly range = CompactRange.empty(nodeTreeHash);
  private readonly roots = new Map<number, string>();
  private newest: OpenedCheckpoint | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  /** `source` says at once where the log cannot be read. */
  constructor(
    private readonly source: LogSource,
    private readonly key: NoteKey,
  ) {}

  /** Looks again and again until it is told to stop; what is away is looked at later. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        if (!(error instanceof ClientError)) this.faults.add(error instanceof Error ? error.message : String(error));
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Holds what is shown now against what was shown before. Rejects with ClientError where the log cannot be read. */
  look(): Promise<OpenedCheckpoint> {
    // One at a time: of two answers under way the older may come last.
    const looked = this.turn.then(() => this.lookNow());
    this.turn = looked.catch(() => undefined);
    return looked;
  }

  /** Reads what is new, up to the checkpoint. Rejects where the entries do not lead to its root: then one was changed. */
  async follow(): Promise<readonly LoggedEntry[]> {
    const shown = await this.look();
    const fresh: LoggedEntry[] = [];
    for (let index = Math.floor(this.size / TILE_WIDTH); index * TILE_WIDTH < shown.size; index += 1) {
      const width = Math.min(TILE_WIDTH, shown.size - index * TILE_WIDTH);
      const bundle = decodeBundle(await this.read({ level: 'entries', index, width }));
      for (const entry of bundle.slice(this.size - index * TILE_WIDTH)) fresh.push(this.take(entry));
    }
    const root = encodeBase64(this.range.root());
    if (root !== encodeBase64(shown.root)) {
      this.forks.push(`the ${shown.size} entries that were read, each once, have the root ${root}`);
    }
    return fresh;
  }

  private take(entry: Uint8Array): LoggedEntry {
    const read = loggedEntry(entry, this.size);
    this.range.append(nodeTreeHash.leaf(entry));
    this.size += 1;
    const digests = this.digests.get(read.type) ?? new Set();
    this.digests.set(read.type, digests.add(createHash('sha256').update(entry).digest('base64')));
    return read;
  }

  private async lookNow(): Promise<OpenedCheckpoint> {
    const note = await this.source.readCheckpoint();
    if (note === undefined) throw new ClientError('UNREACHABLE', 'the log shows no checkpoint');
    const shown = openCheckpoint(note, { log: this.key }, nodeVerify);
    const root = encodeBase64(shown.root);
    const known = this.roots.get(shown.size);
    if (known === root) return shown;
    if (known !== undefined) this.forks.push(`two heads of ${shown.size} entries: ${known} and ${root}`);
    this.roots.set(shown.size, root);
    this.seen.push({ name: `shown at ${new Date().toISOString()}`, note });
    await this.compare(shown);
    return shown;
  }

  private async compare(shown: OpenedCheckpoint): Promise<void> {
    const { newest } = this;
    if (newest === undefined || shown.size > newest.size) this.newest = shown;
    if (newest === undefined) return;
    if (shown.size < newest.size) {
      this.forks.push(`the log went back from ${newest.size} entries to ${shown.size}`);
      return;
    }
    const readTile = (tile: Tile) => this.read(tile);
    const proof = await consistencyProof(newest.size, shown.size, { readTile }, nodeTreeHash);
    try {
      verifyConsistency(proof, newest, shown, nodeTreeHash);
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      this.forks.push(error.message);
    }
  }

  private async read(tile: Tile): Promise<Uint8Array> {
    const bytes = await readTileOrWider(this.source, tile);
    if (bytes === undefined) throw new Error(`the log lacks ${tilePath(tile)}, which its checkpoint covers`);
    return bytes;
  }
}
