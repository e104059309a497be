import { readTileOrWider } from '#merkle/audit/audited-tiles.js';
import { parseCheckpoint } from '#merkle/checkpoint.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint, type LogTrust, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { readRoot } from '#merkle/read-hashes.js';
import { parseNote } from '#merkle/signed-note.js';
import { TILE_WIDTH, type Tile } from '#merkle/tile.js';
import { hashesAtLevel } from '#merkle/tiles-of-size.js';
import type { LogFinding } from './log-finding.js';
import type { LogSource } from './log-source.js';

/** A checkpoint of the log as somebody kept it. */
export interface SeenCheckpoint {
  /** Where it came from: the name of a file, or of a witness. */
  readonly name: string;
  readonly note: string | Uint8Array;
}

export interface OpenedSeen extends OpenedCheckpoint {
  readonly name: string;
}

/** The log that it claims to be of; undefined where it is no checkpoint. */
export function originOf({ note }: SeenCheckpoint): string | undefined {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}

/** Only what the log signed says anything of it; what a witness added is not asked for here. */
export function openSeen(
  seen: readonly SeenCheckpoint[],
  { log }: LogTrust,
): { readonly opened: readonly OpenedSeen[]; readonly findings: readonly LogFinding[] } {
  const opened: OpenedSeen[] = [];
  const findings: LogFinding[] = [];
  for (const { name, note } of seen) {
    try {
      opened.push({ name, ...openCheckpoint(note, { log }, nodeVerify) });
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      findings.push({ code: 'SEEN_REFUTED', path: name, reason: error.message });
    }
  }
  return { opened, findings };
}

/**
 * Whether what others saw is this log's past. `roots`: by size, as the log's entries give them; `isWhole`: whether nothing
 * in the log is damaged, so that a root that differs was signed over another history.
 */
export async function compareSeen(
  seen: readonly OpenedSeen[],
  size: number,
  { roots, isWhole }: { readonly roots: ReadonlyMap<number, Uint8Array>; readonly isWhole: boolean },
  source: LogSource,
): Promise<readonly LogFinding[]> {
  const findings: LogFinding[] = [];
  for (const { name, root, ...kept } of seen) {
    if (kept.size > size) findings.push({ code: 'LOG_SHORTER', path: name, size: kept.size });
    else if (!isSame(roots.get(kept.size), root) && !isSame(await rootOfTiles(kept.size, size, source), root)) {
      findings.push({ code: isWhole ? 'LOG_FORKED' : 'SEEN_UNDECIDED', path: name, size: kept.size });
    }
  }
  return findings;
}

/** Where an entry is damaged, the tiles of the log, which has `now` entries, may still show the history that was seen. */
async function rootOfTiles(size: number, now: number, source: LogSource): Promise<Uint8Array | undefined> {
  const readTile = async (tile: Tile) => {
    const width = Math.min(TILE_WIDTH, hashesAtLevel(now, Number(tile.level)) - tile.index * TILE_WIDTH);
    return (await readTileOrWider(source, { ...tile, width })) ?? new Uint8Array(0);
  };
  try {
    return await readRoot(size, { readTile }, nodeTreeHash);
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
