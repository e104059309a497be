import { createHash } from 'node:crypto';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { readRootEntry, type RootEntry } from '#merkle/root-entry.js';
import { LedgerError } from '../ledger-error.js';
import { ROOT_TAG, type Candidate } from '../sequencing/candidate.js';
import { uuidOf } from '../sequencing/uuid-of.js';

/**
 * A note that wants to be in the root log. Its identity is the size of a shard or the version of a list: of each the root
 * log has one, whatever cosignatures came to it later.
 */
export function rootCandidate(note: string | Uint8Array): Candidate {
  const entry = typeof note === 'string' ? Buffer.from(note) : note;
  const name = nameOf(readRootEntry(entry));
  const event = uuidOf(createHash('sha256').update(name).digest());
  return { event, tag: ROOT_TAG, entry, leaf: nodeTreeHash.leaf(entry) };
}

/** What a published entry of the root log was when it was sequenced. Throws BATCH_DAMAGED. */
export function rootedAgain(entry: Uint8Array, index: number): Candidate {
  try {
    return rootCandidate(entry);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    throw new LedgerError('BATCH_DAMAGED', `entry ${index} of the root log is none: ${error.message}`);
  }
}

function nameOf(entry: RootEntry): string {
  if (entry.kind === 'list') return `list\n${entry.list.family}\n${entry.list.version}`;
  return `checkpoint\n${entry.checkpoint.origin}\n${entry.checkpoint.size}`;
}
