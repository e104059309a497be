import { equalBytes } from '@noble/curves/utils.js';
import { verifyConsistency } from './consistency-proof.js';
import { portableVerify, type VerifyMessage } from './ed25519.js';
import { MerkleError } from './merkle-error.js';
import type { NoteKey } from './note-key.js';
import { EMPTY_ROOT, portableTreeHash, type TreeHash } from './tree-hash.js';
import type { TreeHead } from './tree-head.js';
import { verifyNote } from './verify-note.js';
import type { ReadWitnessRequest } from './witness-request.js';

/** The keys of the logs that a witness knows, by origin. They sign with algorithm 0x01. */
export type WitnessedLogs = ReadonlyMap<string, readonly NoteKey[]>;

/** The HTTP status of c2sp.org/tlog-witness, and why. */
export type WitnessRefusal = {
  readonly reason: string;
  /** Whether the log signed the checkpoint that is refused. What it did not, anybody can send without end. */
  readonly isSigned: boolean;
} & ({ readonly status: 400 | 403 | 404 | 422 } | { readonly status: 409; readonly size: number });

/** What a witness knows before it has cosigned anything. */
const NOTHING_SEEN: TreeHead = { size: 0, root: EMPTY_ROOT };

/**
 * What refuses the request whatever the witness has seen: a log that it does not know, a checkpoint that this log did not
 * sign, a log that would shrink. Undefined if nothing does. Signatures of keys that are not the log's are passed over.
 */
export function refuseRequest(
  { old, note, checkpoint }: ReadWitnessRequest,
  logs: WitnessedLogs,
  verify: VerifyMessage = portableVerify,
): WitnessRefusal | undefined {
  const keys = logs.get(checkpoint.origin);
  if (keys === undefined) return { status: 404, isSigned: false, reason: 'the origin is unknown' };
  try {
    verifyNote(note, keys, verify);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { status: 403, isSigned: false, reason: 'the log did not sign the checkpoint' };
  }
  if (old <= checkpoint.size) return undefined;
  return { status: 400, isSigned: true, reason: 'the old size is larger than the checkpoint' };
}

/**
 * Whether a witness that has cosigned `seen` last, or nothing, may cosign the checkpoint of a request that `refuseRequest`
 * let pass: undefined if it may. Whoever cosigns must have stored the checkpoint in the place of `seen` before, in one step
 * that fails where another took its place.
 */
export function refuseCheckpoint(
  { old, proof, checkpoint }: ReadWitnessRequest,
  seen: TreeHead = NOTHING_SEEN,
  hash: TreeHash = portableTreeHash,
): WitnessRefusal | undefined {
  const conflict = { status: 409, isSigned: true, size: seen.size } as const;
  if (old !== seen.size) return { ...conflict, reason: 'the checkpoint cosigned last has another size' };
  if (isFork(checkpoint, seen)) return { ...conflict, reason: 'another root was cosigned at this size' };
  try {
    verifyConsistency(proof, seen, checkpoint, hash);
    return undefined;
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { status: 422, isSigned: true, reason: 'the consistency proof does not hold' };
  }
}

/** Whether the two are heads of one size with different roots. Where a log signed both, it shows two histories. */
export function isFork(a: TreeHead, b: TreeHead): boolean {
  return a.size === b.size && !equalBytes(a.root, b.root);
}
