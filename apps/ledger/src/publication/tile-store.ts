/**
 * Where one log's tiles, signed heads and checkpoint are kept: files, or an object store. Paths are relative, with `/`. Every
 * write is atomic (a reader sees all of it or nothing) and durable when it resolves, and is seen by every read that begins
 * after. A rejected write may have happened all the same. An object store rejects with STORE_UNAVAILABLE and STORE_REFUSED.
 */
export interface TileStore {
  /** Undefined where there is nothing. */
  read(path: string): Promise<Buffer | undefined>;
  /**
   * Writes only where nothing is; else false, and what is there stays. Among any number of processes at most one is told
   * true. Over a network the answer to one's own write can be lost: after false, look at what is there.
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Writes only where exactly `expected` is, under the same terms as `create`. What was there once must not come again. */
  swap(path: string, expected: Uint8Array, bytes: Uint8Array): Promise<boolean>;
  /** The names directly under a folder; none where there is no folder. */
  list(folder: string): Promise<string[]>;
  /** The file, or the folder with all that is under it. Nothing happens where there is nothing. */
  remove(path: string): Promise<void>;
}

/** Opens the store of one log, by the path of its origin. */
export type OpenTileStore = (path: string) => Promise<TileStore>;
