import { decodeBase64, encodeBase64 } from './base64.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { requireKeyName } from './note-key.js';
import { requireHash } from './tree-hash.js';
import { parseDecimal, requireSize, type TreeHead } from './tree-head.js';

/** What a log says of itself: under this name it has `size` entries and this Merkle tree hash. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

/**
 * The text of the note by c2sp.org/tlog-checkpoint: origin, size and root, a line each. Throws INVALID_KEY, INVALID_RANGE
 * or INVALID_HASH for what cannot stand there.
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  requireKeyName(origin);
  requireSize(size, 'size');
  requireHash(root);
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/**
 * The checkpoint in the text of a note. Stricter than c2sp.org/tlog-checkpoint: the origin must be a key name, and
 * extension lines are refused, because no monitor can audit them. Throws INVALID_CHECKPOINT.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.split('\n').length !== 4) throw malformed('not three lines, each ending with a newline');
  const checkpoint = parseExtendedCheckpoint(text);
  asPart(() => {
    requireKeyName(checkpoint.origin);
  });
  return checkpoint;
}

/**
 * As `parseCheckpoint`, for a witness of other people's logs: whose origin may be any line that is not empty, and which may
 * have extension lines, of which the witness says nothing.
 */
export function parseExtendedCheckpoint(text: string): Checkpoint {
  const [origin = '', decimal = '', base64 = '', ...rest] = text.split('\n');
  if (rest.pop() !== '' || rest.includes('')) throw malformed('not lines of text, each ending with a newline');
  if (origin === '') throw malformed('no origin');
  const size = parseDecimal(decimal);
  if (size === undefined) throw malformed('no proper size');
  return asPart(() => {
    const root = decodeBase64(base64);
    requireHash(root);
    return { origin, size, root };
  });
}

function asPart<Part>(read: () => Part): Part {
  return asPartOf('INVALID_CHECKPOINT', 'Malformed checkpoint', read);
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_CHECKPOINT', `Malformed checkpoint: ${reason}`);
}
