/**
 * Where one log's tiles and checkpoint are kept for its readers: files now; an object store can do the same. Paths are
 * relative, with `/`. Every write is atomic (a reader sees all of it or nothing) and durable when it resolves.
 */
export interface TileStore {
  /** Undefined where there is nothing. */
  read(path: string): Promise<Buffer | undefined>;
  /** Writes only where nothing is; else false, and what is there stays. Among any number of processes one succeeds. */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** In the place of whatever was there. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** The names directly under a folder; none where there is no folder. */
  list(folder: string): Promise<string[]>;
  /** The file, or the folder with all that is under it. Nothing happens where there is nothing. */
  remove(path: string): Promise<void>;
}
