import { HASH_SIZE } from '#merkle/tree-hash.js';

/**
 * That an event is its source's own: the source signed the root of a tree over a group of events, and this one is a leaf of
 * it. Each event carries all that is needed, so a transport may deliver the events of a group apart, or some of them twice.
 */
export interface SourceProof {
  /** RFC 7638 thumbprint of the key. */
  readonly key: string;
  /** Which leaf it is, of how many: 1 to GROUP_SIZE. */
  readonly index: number;
  readonly size: number;
  /** From the leaf's sibling up to the root's child. */
  readonly path: readonly Uint8Array[];
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Events that are signed together, at the most: a signature is little for each by then, and a path has seven hashes. */
export const GROUP_SIZE = 128;
/** Characters of a proof as text, at the most. */
export const PROOF_LENGTH = 500;

/** As the attribute `sourceproof` carries it: `key.index.size.path.signature`, hashes and signature in base64url. */
export function formatSourceProof({ key, index, size, path, signature }: SourceProof): string {
  return [key, index, size, base64url(Buffer.concat(path)), base64url(signature)].join('.');
}

/** Of which group a proof says that its event is, and in which place. `signature`: as it is written. */
export interface GroupPlace extends Pick<SourceProof, 'key' | 'index' | 'size'> {
  readonly signature: string;
}

const KEY_LENGTH = 43;
/** Behind the key. */
const PLACE = /\.(0|[1-9]\d{0,2})\.([1-9]\d{0,2})\./y;
const SIGNATURE_LENGTH = 86;

/** Undefined for what is in no form of a proof. Whether key, path and signature could be such is not looked at. */
export function placeInGroup(text: string): GroupPlace | undefined {
  if (text.length > PROOF_LENGTH) return undefined;
  PLACE.lastIndex = KEY_LENGTH;
  const [, first, second] = PLACE.exec(text) ?? [];
  const [index, size] = [Number(first), Number(second)];
  const end = text.length - SIGNATURE_LENGTH;
  if (!(index < size) || size > GROUP_SIZE || end <= PLACE.lastIndex || text[end - 1] !== '.') return undefined;
  return { key: text.slice(0, KEY_LENGTH), index, size, signature: text.slice(end) };
}

const KEY = /^[\w-]+$/;
/** Of 64 bytes: the last letter has one spelling. */
const SIGNATURE = /^[\w-]{85}[AQgw]$/;

/** Undefined for what `formatSourceProof` did not write, to the character. Whether the proof holds is another question. */
export function parseSourceProof(text: string): SourceProof | undefined {
  const place = placeInGroup(text);
  if (place === undefined || !KEY.test(place.key) || !SIGNATURE.test(place.signature)) return undefined;
  const { key, index, size, signature } = place;
  const path = text.slice(`${key}.${index}.${size}.`.length, -SIGNATURE_LENGTH - 1);
  const hashes = Buffer.from(path, 'base64url');
  // Written again, because the last letter of the same bytes has several spellings.
  if (hashes.length % HASH_SIZE > 0 || base64url(hashes) !== path) return undefined;
  return { key, index, size, path: hashesOf(hashes), signature: Buffer.from(signature, 'base64url') };
}

function hashesOf(bytes: Buffer): readonly Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += HASH_SIZE) hashes.push(bytes.subarray(at, at + HASH_SIZE));
  return hashes;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
