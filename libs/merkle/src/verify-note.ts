import { utf8ToBytes } from '@noble/hashes/utils.js';
import { cosignatureMessage, parseCosignature } from './cosignature.js';
import { portableVerify, type VerifyMessage } from './ed25519.js';
import { MerkleError } from './merkle-error.js';
import { NOTE_ALGORITHM, type NoteKey } from './note-key.js';
import { parseNote, type NoteSignature } from './signed-note.js';

/** A signature that holds. */
export interface VerifiedSignature {
  readonly key: NoteKey;
  /** When a witness signed, in seconds since 1970; only a cosignature has it. */
  readonly time?: number;
}

export interface VerifiedNote {
  readonly text: string;
  /** One for each key, in the order of the note; never none. */
  readonly verified: readonly VerifiedSignature[];
  /** The signatures of keys that were not given. They prove nothing. */
  readonly unknown: readonly NoteSignature[];
}

/**
 * Reads a note and verifies it against known keys, by c2sp.org/signed-note. Throws INVALID_NOTE for a malformed note,
 * SIGNATURE_REFUTED if the signature of a known key does not hold, SIGNATURE_MISSING if no known key signed.
 */
export function verifyNote(
  note: string | Uint8Array,
  keys: readonly NoteKey[],
  verify: VerifyMessage = portableVerify,
): VerifiedNote {
  const { text, signatures } = parseNote(note);
  const verified = new Map<NoteKey, VerifiedSignature>();
  const unknown: NoteSignature[] = [];
  for (const signature of signatures) {
    // Key ids are short enough to collide by intent; then the signature must hold for one of the keys.
    const named = keys.filter((key) => key.name === signature.name && key.keyId === signature.keyId);
    if (named.length === 0) unknown.push(signature);
    if (named.length === 0 || named.some((key) => verified.has(key))) continue;
    const found = named.map((key) => verifySignature(text, signature, key, verify)).find((one) => one !== undefined);
    if (found === undefined) throw new MerkleError('SIGNATURE_REFUTED', `The signature of ${signature.name} is wrong`);
    verified.set(found.key, found);
  }
  if (verified.size === 0) throw new MerkleError('SIGNATURE_MISSING', 'No known key signed the note');
  return { text, verified: [...verified.values()], unknown };
}

function verifySignature(
  text: string,
  { signature }: NoteSignature,
  key: NoteKey,
  verify: VerifyMessage,
): VerifiedSignature | undefined {
  if (key.algorithm === NOTE_ALGORITHM.ed25519) {
    return verify(signature, utf8ToBytes(text), key.publicKey) ? { key } : undefined;
  }
  const cosignature = parseCosignature(signature);
  if (cosignature === undefined) return undefined;
  const message = cosignatureMessage(text, cosignature.time);
  return verify(cosignature.signature, message, key.publicKey) ? { key, time: cosignature.time } : undefined;
}
