import type { LogSource } from './log-source.js';

/** The files of a family of logs, wherever they are. Nothing that it gives is believed. */
export interface FamilySource {
  /** The folder, or the URL, of the list. */
  readonly place: string;
  /**
   * The bytes of the signed list of shards, as it is now or as it was in this version; undefined if there is none. Rejects
   * only if that cannot be known.
   */
  readList(version?: number): Promise<Uint8Array | undefined>;
  /** The log at a place that the list names: a URL, or a path from the folder of the list. */
  log(at: string): LogSource;
  /** The paths at which logs lie below the folder, as far as that can be told. */
  readonly present?: readonly string[] | undefined;
}
