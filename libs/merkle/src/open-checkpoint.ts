import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { portableVerify, type VerifyMessage } from './ed25519.js';
import { MerkleError } from './merkle-error.js';
import type { NoteKey } from './note-key.js';
import { verifyNote } from './verify-note.js';

/** Whom a verifier believes. */
export interface LogTrust {
  /** The log's key, whose name is the origin of its checkpoints. */
  readonly log: NoteKey;
  /** Keys of algorithm 0x04. A wrong signature of any of them refutes the checkpoint. */
  readonly witnesses?: readonly NoteKey[];
  /** How many of the witnesses, counted by name, must have cosigned; none if left out. */
  readonly quorum?: number;
}

export interface OpenedCheckpoint extends Checkpoint {
  readonly cosignatures: readonly {
    readonly name: string;
    readonly keyId: string;
    /** Seconds since 1970. */
    readonly time: number;
  }[];
}

/**
 * The checkpoint of a note that the log signed and enough witnesses cosigned. Throws as `verifyNote` and `parseCheckpoint`
 * do, ORIGIN_MISMATCH if the checkpoint is another log's, TOO_FEW_WITNESSES.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  { log, witnesses = [], quorum = 0 }: LogTrust,
  verify: VerifyMessage = portableVerify,
): OpenedCheckpoint {
  const { text, verified } = verifyNote(note, [log, ...witnesses], verify);
  if (!verified.some(({ key }) => key === log)) {
    throw new MerkleError('SIGNATURE_MISSING', `${log.name} did not sign the checkpoint`);
  }
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name) {
    throw new MerkleError('ORIGIN_MISMATCH', `${log.name} signed a checkpoint of ${checkpoint.origin}`);
  }
  const cosignatures = verified.flatMap(({ key, time }) =>
    time === undefined || key === log ? [] : [{ name: key.name, keyId: key.keyId, time }],
  );
  const names = new Set(cosignatures.map(({ name }) => name));
  if (names.size < quorum) {
    throw new MerkleError('TOO_FEW_WITNESSES', `${names.size} of the ${quorum} witnesses needed cosigned`);
  }
  return { ...checkpoint, cosignatures };
}
