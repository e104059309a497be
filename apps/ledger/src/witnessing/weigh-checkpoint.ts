import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { readHashes } from '#merkle/read-hashes.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';

/** What the database says of the log, apart from what was published. */
export interface SequencedLog {
  /** The log's own, by which alone a checkpoint counts against it. */
  readonly key: NoteKey;
  size(): Promise<number>;
  /** Undefined where the log never had a head of this size. */
  rootAt(size: number): Promise<Uint8Array | undefined>;
}

/** What a ledger compares with: the head that it signed, its tiles, and the database. */
export interface OwnHistory {
  readonly head: TreeHead;
  readonly tiles: TileReader;
  readonly log: SequencedLog;
}

/** `error`: WITNESS_AHEAD or WITNESS_DISAGREES. `note`: the evidence, as text. */
export type Weighed =
  | { readonly kind: 'contradicts'; readonly error: LedgerError; readonly note: string }
  | { readonly kind: 'proves-nothing'; readonly reason: string };

/**
 * What a checkpoint that a witness shows proves against the ledger. What the log's own key did not sign proves nothing, nor
 * does what the ledger has as well. Rejects with TILE_DIFFERS where the ledger's own tiles are damaged.
 */
export async function weighCheckpoint(note: Uint8Array, witness: string, own: OwnHistory): Promise<Weighed> {
  const shown = openShown(note, own.log.key);
  if ('reason' in shown) return { kind: 'proves-nothing', reason: shown.reason };
  const error = await contradiction(shown, witness, own);
  if (error === undefined) return { kind: 'proves-nothing', reason: 'shows nothing that contradicts the log' };
  return { kind: 'contradicts', error, note: Buffer.from(note).toString('utf8') };
}

async function contradiction(
  { size, root }: TreeHead,
  witness: string,
  own: OwnHistory,
): Promise<LedgerError | undefined> {
  // Asked after the checkpoint came: another ledger may have sequenced and published more from this database meanwhile.
  const held = await own.log.size();
  if (size > held) return isAhead(witness, size, held);
  const ours = await ownRoot(size, own);
  return ours === undefined || Buffer.compare(ours, root) === 0 ? undefined : disagrees(witness, size);
}

/**
 * The root of the ledger's tree when it had this size, proven to be a part of its head where it is not past that. Undefined
 * past the head where the database had no head of this size. Rejects with TILE_DIFFERS.
 */
export async function ownRoot(size: number, { head, tiles, log }: OwnHistory): Promise<Uint8Array | undefined> {
  const sequenced = size === 0 ? EMPTY_ROOT : await log.rootAt(size);
  if (size > head.size) return sequenced;
  const root = sequenced ?? (await readHashes([{ from: 0, to: size }], head.size, tiles, nodeTreeHash))[0];
  const proof = await consistencyProof(size, head.size, tiles, nodeTreeHash);
  if (root !== undefined && isConsistent(proof, { size, root }, head)) return root;
  throw new LedgerError('TILE_DIFFERS', `the tiles do not prove that size ${head.size} continues size ${size}`);
}

function openShown(note: Uint8Array, log: NoteKey): TreeHead | { readonly reason: string } {
  try {
    return openCheckpoint(note, { log }, nodeVerify);
  } catch (error) {
    if (error instanceof MerkleError) return { reason: error.code };
    throw error;
  }
}

function isConsistent(proof: readonly Uint8Array[], older: TreeHead, newer: TreeHead): boolean {
  try {
    verifyConsistency(proof, older, newer, nodeTreeHash);
    return true;
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
  }
}

function isAhead(witness: string, size: number, held: number): LedgerError {
  return new LedgerError(
    'WITNESS_AHEAD',
    `${witness} shows a checkpoint of ${size} entries that this log signed, and the database has ${held}. The database is ` +
      'another one, or an older backup: give the ledger the one that has them all.',
  );
}

function disagrees(witness: string, size: number): LedgerError {
  return new LedgerError(
    'WITNESS_DISAGREES',
    `${witness} shows a checkpoint that this log signed, with another root at size ${size} than the ledger has. The database ` +
      'was changed, or is another one: give the ledger the one that was published.',
  );
}
