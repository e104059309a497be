import { request } from 'undici';
import { CompactRange } from '#merkle/compact-range.js';
import { encodeBase64 } from '#merkle/base64.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import { openCheckpoint, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import type { NoteKey } from '#merkle/note-key.js';
import { tilePath } from '#merkle/tile.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { tilesOfSize } from '#merkle/tiles-of-size.js';
import { leafHash } from '#merkle/tree-hash.js';

export interface LoggedEntry {
  readonly index: number;
  readonly type: string;
  readonly id: string;
  /** The bytes as text. */
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A log as a stranger sees it, who has its address and its key and believes nothing else. */
export class PublishedEntries implements TileReader {
  constructor(
    private readonly ledger: string,
    private readonly key: NoteKey,
  ) {}

  /** Throws MerkleError where the log did not sign it. */
  async checkpoint(): Promise<OpenedCheckpoint> {
    return openCheckpoint(await this.get('checkpoint'), { log: this.key });
  }

  readTile(tile: Parameters<TileReader['readTile']>[0]): Promise<Uint8Array> {
    return this.get(tilePath(tile));
  }

  /** Every entry below the checkpoint. Throws where they do not make up its root. */
  async entries(checkpoint: OpenedCheckpoint): Promise<readonly LoggedEntry[]> {
    const bundles = [...tilesOfSize(checkpoint.size)].filter(({ level }) => level === 'entries');
    const read = await Promise.all(bundles.map(async (tile) => decodeBundle(await this.readTile(tile))));
    const entries = read.flat();
    const range = CompactRange.empty();
    range.appendAll(entries.map((entry) => leafHash(entry)));
    const [root, expected] = [encodeBase64(range.root()), encodeBase64(checkpoint.root)];
    if (range.size !== checkpoint.size || root !== expected) {
      throw new Error(
        `the ${range.size} entries have the root ${root}, the checkpoint of ${checkpoint.size} ${expected}`,
      );
    }
    return entries.map(loggedEntry);
  }

  private async get(path: string): Promise<Uint8Array> {
    // The origin is an address without its scheme; the log is served under the origin's path.
    const prefix = this.key.name.slice(this.key.name.indexOf('/'));
    const { statusCode, body } = await request(`${this.ledger}${prefix}/${path}`);
    const bytes = new Uint8Array(await body.arrayBuffer());
    if (statusCode !== 200) throw new Error(`${path}: the ledger answered ${statusCode}`);
    return bytes;
  }
}

export function loggedEntry(entry: Uint8Array, index: number): LoggedEntry {
  const text = Buffer.from(entry).toString('utf8');
  const content = JSON.parse(text) as Record<string, unknown>;
  return { index, type: String(content.type), id: String(content.id), text, content };
}
