import { utf8ToBytes } from '@noble/hashes/utils.js';
import { portableSign, publicKeyOf, type SignMessage } from './ed25519.js';
import { NOTE_ALGORITHM, noteKey, type NoteKey } from './note-key.js';
import { formatNote } from './signed-note.js';

/** Signs notes with an Ed25519 key, which may lie elsewhere: only `sign` must reach it. */
export interface NoteSigner {
  readonly key: NoteKey;
  readonly sign: SignMessage;
}

/** A signer of plain notes from the 32-byte private key of RFC 8032. */
export function portableNoteSigner(name: string, seed: Uint8Array): NoteSigner {
  return { key: noteKey(name, NOTE_ALGORITHM.ed25519, publicKeyOf(seed)), sign: portableSign(seed) };
}

/** The text signed by each signer, in their order (algorithm 0x01 of c2sp.org/signed-note). */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const message = utf8ToBytes(text);
  const signatures = signers.map(({ key, sign }) => ({ name: key.name, keyId: key.keyId, signature: sign(message) }));
  return formatNote({ text, signatures });
}
