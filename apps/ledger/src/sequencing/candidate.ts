import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';

/** Of the entries of the root log, which are no events: no contract has it. */
export const ROOT_TAG = -1;

/** An entry that wants a place in the log. */
export interface Candidate {
  /** The event's id, a UUID in lower case. With `tag` it is the event's identity. */
  readonly event: string;
  /** Of the event's contract. */
  readonly tag: number;
  readonly entry: Uint8Array;
  /** The entry's leaf hash. */
  readonly leaf: Uint8Array;
  /** The id of the trace that it came with: for the service's log, not for the tables. */
  readonly trace?: string;
}

/** An entry that the log already has under the identity of a candidate. */
export type Known = Pick<Candidate, 'event' | 'tag' | 'leaf'>;

/** `variant`: 0, or how many others have claimed the same identity with other bytes before. */
export type Placed = Candidate & { readonly variant: number };

export interface Sorted {
  /** In the order in which they came. */
  readonly fresh: readonly Placed[];
  readonly duplicates: number;
}

/**
 * Drops what the log has, and repetitions within the batch. An identity that comes again with other bytes is evidence of a
 * fault or a forgery at its source: it is kept beside the first, as the next variant. Tombstones are one for each rejected
 * message: their identity is the hash of its bytes, and the time in them is no difference. In the root log nothing has a
 * second variant.
 */
export function withoutDuplicates(candidates: readonly Candidate[], known: readonly Known[]): Sorted {
  const taken = new Map<string, Known[]>();
  for (const one of known) add(taken, one);
  const fresh: Placed[] = [];
  for (const candidate of candidates) {
    const same = (taken.get(candidate.event) ?? []).filter(({ tag }) => tag === candidate.tag);
    if (isKnown(candidate, same)) continue;
    fresh.push({ ...candidate, variant: same.length });
    add(taken, candidate);
  }
  return { fresh, duplicates: candidates.length - fresh.length };
}

function isKnown(candidate: Candidate, same: readonly Known[]): boolean {
  if (candidate.tag === ledgerTombstoneV1.tag || candidate.tag === ROOT_TAG) return same.length > 0;
  return same.some(({ leaf }) => Buffer.compare(leaf, candidate.leaf) === 0);
}

/** By the event alone: an identity as one text would have to be made for each. */
function add(taken: Map<string, Known[]>, one: Known): void {
  const there = taken.get(one.event);
  if (there === undefined) taken.set(one.event, [one]);
  else there.push(one);
}
