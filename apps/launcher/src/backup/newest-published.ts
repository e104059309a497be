import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderLog } from '#client/audit/folder-log.js';
import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import type { TileReader } from '#merkle/tile-reader.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { countQuorum, keysOfWitnesses, type WitnessPolicy } from '#merkle/witness-policy.js';

/** Folders of one log: in the home as the disaster left it, and as it was backed up. */
export interface LogPlaces {
  readonly home: string;
  readonly backup: string;
}

interface Head extends OpenedCheckpoint {
  readonly note: string;
}

/**
 * The newest head of a log that any witness can have cosigned before the disaster, as a note: a ledger stores each head that it
 * signs before it asks a witness, beside what it published. Undefined where that cannot be told from what is there: the
 * published checkpoint is gone or without its quorum, or the head does not continue it and what the backup has, proven by the
 * log's own tiles.
 */
export async function newestPublished(
  log: NoteKey,
  policy: WitnessPolicy,
  places: LogPlaces,
): Promise<string | undefined> {
  try {
    const open = (file: string) => openAt(file, log, policy);
    const published = open(join(places.home, 'checkpoint'));
    if (published === undefined || !isCosigned(published, policy)) return undefined;
    const newest = newestOf(places.home, open) ?? published;
    const older = [published, newestOf(places.backup, open)].filter((one) => one !== undefined);
    const tiles = tilesIn(places.home);
    for (const head of older) await requireContinued(head, newest, tiles);
    return newest.note;
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}

/** The empty log is shown before anyone has cosigned it. */
function isCosigned({ size, cosignatures }: Head, policy: WitnessPolicy): boolean {
  return size === 0 || countQuorum(cosignatures, policy).met;
}

/** Of the published checkpoint and the heads that were signed, which may wait for their quorum; the published one where both are. */
function newestOf(folder: string, open: (file: string) => Head | undefined): Head | undefined {
  const heads = join(folder, '.heads');
  const sizes = existsSync(heads) ? readdirSync(heads).map(Number) : [];
  const signed = sizes.length === 0 ? undefined : open(join(heads, String(Math.max(...sizes))));
  const published = open(join(folder, 'checkpoint'));
  return signed !== undefined && signed.size > (published?.size ?? -1) ? signed : published;
}

function openAt(file: string, log: NoteKey, policy: WitnessPolicy): Head | undefined {
  if (!existsSync(file)) return undefined;
  const note = readFileSync(file, 'utf8');
  return { ...openCheckpoint(note, { log, witnesses: keysOfWitnesses(policy) }, nodeVerify), note };
}

/** Throws MerkleError. */
async function requireContinued(older: TreeHead, newer: TreeHead, tiles: TileReader): Promise<void> {
  const proof = await consistencyProof(older.size, newer.size, tiles, nodeTreeHash);
  verifyConsistency(proof, older, newer, nodeTreeHash);
}

function tilesIn(folder: string): TileReader {
  const files = new FolderLog(folder);
  return {
    readTile: async (tile) => {
      const bytes = await files.readTile(tile);
      if (bytes === undefined) throw new MerkleError('INVALID_TILE', `a tile of ${folder} is missing`);
      return bytes;
    },
  };
}
