import { MerkleError } from './merkle-error.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));

/** Standard base64 with padding, RFC 4648 section 4. Written out because no one API of browsers and Node 24 has it. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    text += letter(a >> 2) + letter(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : letter(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : letter(c & 63);
  }
  return text;
}

/**
 * The bytes of canonical standard base64: padded, nothing besides the alphabet, unused bits zero. So each byte string has
 * exactly one spelling, and a text that verifies cannot be varied. Throws INVALID_BASE64.
 */
export function decodeBase64(text: string): Uint8Array {
  const letters = text.replace(/={1,2}$/, '');
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const character of letters) {
    bits = ((bits << 6) | (VALUES.get(character) ?? 0)) & 0xffff;
    count += 6;
    if (count >= 8) bytes[at++] = (bits >> (count -= 8)) & 0xff;
  }
  // Encoding again catches every other spelling at once.
  if (encodeBase64(bytes) !== text) throw new MerkleError('INVALID_BASE64', 'Not canonical standard base64');
  return bytes;
}

function letter(value: number): string {
  return ALPHABET.charAt(value);
}
