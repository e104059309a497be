import type { ProvenEntry, Receipt } from '#exchange/answer.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { parseNote } from '#merkle/signed-note.js';
import { parseTlogProof } from '#merkle/tlog-proof.js';
import { countQuorum } from '#merkle/witness-policy.js';
import { logTrustOf, type Trust } from '../trust.js';
import type { Witnessing } from './not-proven.js';

/** What witnesses vouch for of all that a receipt proves: as much as of the least of it. */
export function witnessingOf({ decision, release, failure }: Receipt, trust: Trust): Witnessing {
  const each = [decision, release, failure].flatMap((one) => (one === undefined ? [] : [ofProof(one, trust)]));
  if (each.includes('nobody')) return 'nobody';
  return each.includes('unknown-witnesses') ? 'unknown-witnesses' : 'quorum';
}

function ofProof({ origin, proof }: ProvenEntry, trust: Trust): Witnessing {
  try {
    const { checkpoint } = parseTlogProof(proof);
    if (parseNote(checkpoint).signatures.length < 2) return 'nobody';
    if (trust.witnesses === undefined || !trust.logs.has(origin)) return 'unknown-witnesses';
    const { cosignatures } = openCheckpoint(checkpoint, logTrustOf(trust, origin));
    const { met, needed } = countQuorum(cosignatures, trust.witnesses);
    // A quorum of nobody is met by anybody, and shows nothing.
    return met && needed > 0 ? 'quorum' : 'unknown-witnesses';
  } catch (error) {
    if (error instanceof MerkleError) return 'nobody';
    throw error;
  }
}
