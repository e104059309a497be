import { nodeVerify } from '#merkle/node-cryptography.js';
import { encodeBase64 } from '#merkle/base64.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import type { FileTileStore } from '../../src/publication/file-tile-store.js';
import type { TileStore } from '../../src/publication/tile-store.js';
import { aShard } from '../a-log.js';

/** Every head of a log that was ever signed or shown, kept by somebody who looks after each write. */
export class ShownHeads {
  /** Roots in base64, by size: more than one is a fork. */
  readonly roots = new Map<number, Set<string>>();

  /** The store, whose writes are looked at, whether the writer learns of them or not. */
  over(store: FileTileStore): TileStore {
    const look = async <R>(path: string, write: Promise<R>): Promise<R> => {
      const result = await write;
      if (path === 'checkpoint' || path.startsWith('.heads/')) this.note(await store.read(path));
      return result;
    };
    return {
      read: (path) => store.read(path),
      list: (folder) => store.list(folder),
      remove: (path) => store.remove(path),
      create: (path, bytes) => look(path, store.create(path, bytes)),
      swap: (path, expected, bytes) => look(path, store.swap(path, expected, bytes)),
    };
  }

  private note(bytes: Buffer | undefined): void {
    if (bytes === undefined) return;
    const { size, root } = openCheckpoint(bytes, { log: aShard().signer.key }, nodeVerify);
    const known = this.roots.get(size) ?? new Set();
    this.roots.set(size, known.add(encodeBase64(root)));
  }
}
