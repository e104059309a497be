import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { parseNote } from './signed-note.js';
import { requireHash } from './tree-hash.js';
import { parseDecimal } from './tree-head.js';

/** What a root log holds of a list of shards: which one it is, however long that is. */
export interface ListDigest {
  readonly family: string;
  readonly version: number;
  /** SHA-256 of the signed list, byte for byte. */
  readonly digest: Uint8Array;
}

/** An entry of a root log, which is a signed note: a shard's checkpoint as it was published, or the digest of a list. */
export type RootEntry =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'list'; readonly list: ListDigest };

const DIGEST_HEADER = 'sluice shard list digest v1';

/** The text of the note that commits a root log to a list. `note`: the signed list. */
export function formatListDigest({ family, version }: Omit<ListDigest, 'digest'>, note: string): string {
  return [DIGEST_HEADER, family, version, encodeBase64(listDigest(note)), ''].join('\n');
}

export function listDigest(note: string | Uint8Array): Uint8Array {
  return sha256(typeof note === 'string' ? utf8ToBytes(note) : note);
}

/** Reads an entry and verifies nothing. Throws INVALID_NOTE, INVALID_CHECKPOINT or INVALID_SHARD_LIST. */
export function readRootEntry(entry: string | Uint8Array): RootEntry {
  const { text } = parseNote(entry);
  if (!text.startsWith(`${DIGEST_HEADER}\n`)) return { kind: 'checkpoint', checkpoint: parseCheckpoint(text) };
  return { kind: 'list', list: parseListDigest(text) };
}

function parseListDigest(text: string): ListDigest {
  const [, family = '', decimal = '', base64 = '', ...rest] = text.split('\n');
  const version = parseDecimal(decimal);
  if (version === undefined || rest.length !== 1 || rest[0] !== '') {
    throw new MerkleError('INVALID_SHARD_LIST', 'Malformed digest of a shard list');
  }
  return asPartOf('INVALID_SHARD_LIST', 'Malformed digest of a shard list', () => {
    const digest = decodeBase64(base64);
    requireHash(digest);
    return { family, version, digest };
  });
}
