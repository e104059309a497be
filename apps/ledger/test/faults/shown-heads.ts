import { nodeVerify } from '#merkle/node-cryptography.js';
import { encodeBase64 } from '#merkle/base64.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import type { FileTileStore } from '../../src/publication/file-tile-store.js';
import type { TileStore } from '../../src/publication/tile-store.js';

/** Every head of a log that was ever signed or shown, kept by somebody who looks after each write. */
export class ShownHeads {
  /** Roots in base64, by size: more than one is a fork. */
  readonly roots = new Map<number, Set<string>>();
  /** Whatever readers saw as its checkpoint, to the byte. */
  readonly notes = new Set<string>();

  constructor(private readonly log: NoteKey) {}

  /** The store, whose writes are looked at, whether the writer learns of them or not. */
  over(store: FileTileStore): TileStore {
    return watched(store, (path, bytes) => {
      if (path !== 'checkpoint' && !path.startsWith('.heads/')) return;
      const { size, root } = openCheckpoint(bytes, { log: this.log }, nodeVerify);
      const known = this.roots.get(size) ?? new Set();
      this.roots.set(size, known.add(encodeBase64(root)));
      if (path === 'checkpoint') this.notes.add(bytes.toString());
    });
  }
}

/** The store, with somebody who is given what lies at a path after each write there. */
export function watched(store: FileTileStore, look: (path: string, bytes: Buffer) => void): TileStore {
  const looked = async <R>(path: string, write: Promise<R>): Promise<R> => {
    const result = await write;
    const bytes = await store.read(path);
    if (bytes !== undefined) look(path, bytes);
    return result;
  };
  return {
    read: (path) => store.read(path),
    list: (folder) => store.list(folder),
    remove: (path) => store.remove(path),
    create: (path, bytes) => looked(path, store.create(path, bytes)),
    swap: (path, expected, bytes) => looked(path, store.swap(path, expected, bytes)),
  };
}
