import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MerkleError } from './merkle-error.js';
import type { NoteSigner } from './sign-note.js';
import type { NoteSignature } from './signed-note.js';

/** What a cosignature line carries besides the key id. */
export interface Cosignature {
  /** When the witness signed, in seconds since 1970. */
  readonly time: number;
  /** Ed25519, over `cosignatureMessage`. */
  readonly signature: Uint8Array;
}

/** What a witness signs of a checkpoint: "at this time it was the largest consistent tree that I have seen". */
export function cosignatureMessage(checkpoint: string, time: number): Uint8Array {
  requireTime(time);
  return utf8ToBytes(`cosignature/v1\ntime ${time}\n${checkpoint}`);
}

/**
 * A witness's signature line for the text of a checkpoint, by c2sp.org/tlog-cosignature, with a key of algorithm 0x04.
 * The caller must have verified and stored the checkpoint before. Time in seconds since 1970.
 */
export function cosign(checkpoint: string, time: number, { key, sign }: NoteSigner): NoteSignature {
  const signature = sign(cosignatureMessage(checkpoint, time));
  const timestamp = new Uint8Array(8);
  new DataView(timestamp.buffer).setBigUint64(0, BigInt(time));
  return { name: key.name, keyId: key.keyId, signature: concatBytes(timestamp, signature) };
}

/** The parts of a signature of algorithm 0x04: u64 seconds, then Ed25519. Undefined if it cannot be one. */
export function parseCosignature(bytes: Uint8Array): Cosignature | undefined {
  if (bytes.length !== 8 + 64) return undefined;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));
  return Number.isSafeInteger(time) ? { time, signature: bytes.subarray(8) } : undefined;
}

function requireTime(time: number): void {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new MerkleError('INVALID_RANGE', `${time} is not a time in seconds since 1970`);
  }
}
