import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { requireKeyName } from './note-key.js';

/** Limits of Go's sumdb/note, so that whatever is read here can be read there. */
const MAX_NOTE_SIZE = 1_000_000;
const MAX_SIGNATURES = 100;

/** One signature line. The signature is that of the key's algorithm, without the key id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note as read: nothing in it is verified. */
export interface SignedNote {
  /** With its final newline, as it was signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The note by c2sp.org/signed-note. Throws INVALID_NOTE if it could not be read again. */
export function formatNote({ text, signatures }: SignedNote): string {
  requireNoteText(text);
  const note = `${text}\n${formatSignatures(signatures)}`;
  parseNote(note);
  return note;
}

/** The signature lines alone. Throws INVALID_NOTE for a key id that is none. */
export function formatSignatures(signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    if (!/^[0-9a-f]{8}$/.test(keyId)) throw malformed(`${JSON.stringify(keyId)} is not a key id`);
    return `\u2014 ${name} ${encodeBase64(concatBytes(hexToBytes(keyId), signature))}\n`;
  });
  return lines.join('');
}

/** Reads signature lines alone, each with its newline, as a witness answers them. Throws INVALID_NOTE. */
export function parseSignatures(lines: string | Uint8Array): readonly NoteSignature[] {
  const text = typeof lines === 'string' ? lines : decodeUtf8(lines);
  return parseNote(`text\n\n${text}`).signatures;
}

/** Reads a note and verifies nothing. Bytes must be UTF-8. Throws INVALID_NOTE. */
export function parseNote(note: string | Uint8Array): SignedNote {
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
  // The text may have empty lines itself: the last one of the note ends it.
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) throw malformed('no signatures');
  if (whole.length > MAX_NOTE_SIZE) throw malformed('too long');
  const text = whole.slice(0, split + 1);
  requireNoteText(whole);
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed('too many signatures');
  return { text, signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', base64 = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  return asPartOf('INVALID_NOTE', 'Malformed note', () => {
    requireKeyName(name);
    const bytes = decodeBase64(base64);
    if (bytes.length < 5) throw malformed('a signature without bytes');
    return { name, keyId: bytesToHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
  });
}

function requireNoteText(text: string): void {
  const isText = text.isWellFormed() && !/[^\n -\u{10ffff}]/u.test(text);
  if (!isText || !text.endsWith('\n')) throw malformed('not lines of text without control characters');
}

function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length > MAX_NOTE_SIZE) throw malformed('too long');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('not UTF-8');
  }
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_NOTE', `Malformed note: ${reason}`);
}
