import { nodeVerify } from '#merkle/node-cryptography.js';
import { formatNote, parseNote, type NoteSignature } from '#merkle/signed-note.js';
import { verifyNote } from '#merkle/verify-note.js';
import { isValid, type Witness } from '#merkle/witness-policy.js';

/** A witness's signatures of one checkpoint: one a key that is valid. */
export interface Cosignature {
  readonly signatures: readonly NoteSignature[];
  /** Seconds since 1970: the last of them. */
  readonly time: number;
}

/**
 * What of these signatures is the witness's own, of this text, and of a key that is valid; those of others are passed over.
 * Undefined where its signatures hold and none is by a key that was valid at the time. Throws SIGNATURE_MISSING where none
 * is by a key of the witness, SIGNATURE_REFUTED where one is wrong.
 */
export function cosignatureOf(
  text: string,
  signatures: readonly NoteSignature[],
  witness: Witness,
): Cosignature | undefined {
  const keys = witness.keys.map(({ key }) => key);
  const { verified } = verifyNote(formatNote({ text, signatures }), keys, nodeVerify);
  const valid = verified.flatMap(({ key, time }) => {
    const one = time === undefined ? undefined : { name: key.name, keyId: key.keyId, time };
    return one !== undefined && isValid(one, witness) ? [one] : [];
  });
  if (valid.length === 0) return undefined;
  return {
    signatures: valid.flatMap(({ name, keyId }) =>
      signatures.filter((one) => one.name === name && one.keyId === keyId).slice(0, 1),
    ),
    time: Math.max(...valid.map(({ time }) => time)),
  };
}

/** The note with these after the log's own signature, which is the first. */
export function withCosignatures(note: string, cosignatures: readonly Cosignature[]): string {
  const { text, signatures } = parseNote(note);
  return formatNote({
    text,
    signatures: [...signatures.slice(0, 1), ...cosignatures.flatMap((one) => one.signatures)],
  });
}
