import { entryContracts } from '#events/contracts.js';
import { EventError } from '#events/encode.js';
import { readEntry } from '#events/read-entry.js';
import type { TreeHash } from '#merkle/tree-hash.js';
import { LedgerError } from '../ledger-error.js';
import type { Candidate } from '../sequencing/candidate.js';

/** Of an entry, its index in the log and how leaves are hashed. Throws BATCH_DAMAGED. */
export type SequencedAgain = (entry: Uint8Array, index: number, hash: TreeHash) => Candidate;

/** What a published entry was when it was sequenced. Throws BATCH_DAMAGED for one of a type that this version does not know. */
export function sequencedAgain(entry: Uint8Array, index: number, hash: TreeHash): Candidate {
  const { type, id } = readNamed(entry, index);
  const contract = entryContracts.get(type);
  if (contract === undefined) throw unreadable(index, `the type ${type} came after this version`);
  return { event: id, tag: contract.tag, entry, leaf: hash.leaf(entry) };
}

function readNamed(entry: Uint8Array, index: number): { readonly type: string; readonly id: string } {
  try {
    return readEntry(entry);
  } catch (error) {
    if (error instanceof EventError) throw unreadable(index, error.message);
    throw error;
  }
}

function unreadable(index: number, reason: string): LedgerError {
  return new LedgerError('BATCH_DAMAGED', `the published entry ${index} cannot be sequenced again: ${reason}`);
}
