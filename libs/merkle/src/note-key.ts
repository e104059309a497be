import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { asPartOf, MerkleError } from './merkle-error.js';

/** Signature types of c2sp.org/signed-note that are understood here; both use an Ed25519 key of 32 bytes. */
export const NOTE_ALGORITHM = { ed25519: 0x01, cosignature: 0x04 } as const;
export type NoteAlgorithm = (typeof NOTE_ALGORITHM)[keyof typeof NOTE_ALGORITHM];

/** A public key that signs notes under a name. The same key under another name or algorithm is another note key. */
export interface NoteKey {
  readonly name: string;
  readonly algorithm: NoteAlgorithm;
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array;
  /** 8 lower-case hexadecimal digits. It names the key and proves nothing: 32 bits are easily made to collide. */
  readonly keyId: string;
}

/** Throws INVALID_KEY for a name that is no key name or a key that is not 32 bytes. */
export function noteKey(name: string, algorithm: NoteAlgorithm, publicKey: Uint8Array): NoteKey {
  requireKeyName(name);
  if (publicKey.length !== 32) throw new MerkleError('INVALID_KEY', `An Ed25519 key of ${publicKey.length} bytes`);
  const preimage = concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(algorithm), publicKey);
  return { name, algorithm, publicKey, keyId: bytesToHex(sha256(preimage).subarray(0, 4)) };
}

/** The verifier key in its one-line form: `name+keyid+base64(algorithm || public key)`. */
export function formatVkey({ name, keyId, algorithm, publicKey }: NoteKey): string {
  return `${name}+${keyId}+${encodeBase64(concatBytes(Uint8Array.of(algorithm), publicKey))}`;
}

/** Reads what `formatVkey` writes. Throws INVALID_KEY, also when the key id is not that of the name and the key. */
export function parseVkey(vkey: string): NoteKey {
  // Only the base64, which is last, may contain further plus signs.
  const [, name = '', keyId = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(vkey) ?? [];
  const bytes = asPartOf('INVALID_KEY', 'Malformed key', () => decodeBase64(base64));
  const algorithm = Object.values(NOTE_ALGORITHM).find((known) => known === bytes[0]);
  if (algorithm === undefined) throw new MerkleError('INVALID_KEY', 'Not a verifier key of a known algorithm');
  const key = noteKey(name, algorithm, bytes.subarray(1));
  if (key.keyId !== keyId) throw new MerkleError('INVALID_KEY', `The key id is ${key.keyId}, not ${keyId}`);
  return key;
}

/** Key names, and so origins, have no Unicode space, plus or ASCII control character. Throws INVALID_KEY. */
export function requireKeyName(name: string): void {
  if (name === '' || !name.isWellFormed() || /[^!-\u{10ffff}]|[\p{White_Space}+]/u.test(name)) {
    throw new MerkleError('INVALID_KEY', `${JSON.stringify(name.slice(0, 100))} is not a key name`);
  }
}
