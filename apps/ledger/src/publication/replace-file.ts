import { LedgerError } from '../ledger-error.js';
import type { TileStore } from './tile-store.js';

/** How often a file is written that another writer came before. */
const TRIES = 10;

type ReplaceableFiles = Pick<TileStore, 'read' | 'create' | 'swap'>;

export interface Replacement {
  /** The log, or the family of logs, that it is of: for the error. */
  readonly of: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** Throws where what is there must stay. Asked again about whatever another writer put there meanwhile. */
  readonly requireOlder: (there: Buffer) => void;
}

/**
 * Writes a file in the place of exactly the one that was looked at. Safe to repeat: what is there to the byte is not written
 * again. Rejects with STORE_UNAVAILABLE where others come before it each time.
 */
export async function replaceFile(store: ReplaceableFiles, file: Replacement): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) if (await tryReplacing(store, file)) return;
  throw new LedgerError(
    'STORE_UNAVAILABLE',
    `others write ${file.path} of ${file.of} at the same time, again and again`,
  );
}

/** Whether it is there now. */
async function tryReplacing(store: ReplaceableFiles, { path, bytes, requireOlder }: Replacement): Promise<boolean> {
  const there = await store.read(path);
  if (there === undefined) return store.create(path, bytes);
  if (there.equals(bytes)) return true;
  requireOlder(there);
  return store.swap(path, there, bytes);
}
