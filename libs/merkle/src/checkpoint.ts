import { decodeBase64, encodeBase64 } from './base64.js';
import { MerkleError } from './merkle-error.js';
import { requireKeyName } from './note-key.js';
import { HASH_SIZE } from './tree-hash.js';
import { parseDecimal, requireSize } from './tree-size.js';

/** What a log says of itself: under this name it has `size` entries and this Merkle tree hash. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of the note by c2sp.org/tlog-checkpoint: origin, size and root, a line each. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  requireKeyName(origin);
  requireSize(size, 'size');
  if (root.length !== HASH_SIZE) throw new MerkleError('INVALID_CHECKPOINT', `A root of ${root.length} bytes`);
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/**
 * The checkpoint in the text of a note. Stricter than c2sp.org/tlog-checkpoint: the origin must be a key name, and
 * extension lines are refused, because no monitor can audit them. Throws INVALID_CHECKPOINT.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', decimal = '', base64 = '', ...rest] = text.split('\n');
  if (rest.length !== 1 || rest[0] !== '') throw malformed('must have three lines and end with a newline');
  const size = parseDecimal(decimal);
  if (size === undefined) throw malformed('has no proper size');
  try {
    requireKeyName(origin);
    const root = decodeBase64(base64);
    if (root.length !== HASH_SIZE) throw malformed('has a root that is not 32 bytes long');
    return { origin, size, root };
  } catch (error) {
    throw error instanceof MerkleError ? malformed(error.message) : error;
  }
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_CHECKPOINT', `The checkpoint ${reason}`);
}
