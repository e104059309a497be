import type { KeyObject } from 'node:crypto';
import { verifyBytes } from '#exchange/keys.js';
import { inclusionRoot } from '#merkle/inclusion-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { eventLeaf, groupStatement } from './event-group.js';
import { maySay } from './may-say.js';
import { parseSourceProof, type SourceProof } from './source-proof.js';
import type { PublishedEvent } from './transport.js';

/** By source, by thumbprint: the keys that a source may sign with now. */
export type SourceKeys = ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;

/**
 * Why an event is not taken for its source's own. `UNPROVEN`: it came without a proof. `PROOF_MALFORMED`: with none that can
 * be read. `SOURCE_UNKNOWN`, `KEY_UNKNOWN`: of a source, or by a key of it, that is not listed. `SIGNATURE_INVALID`: the
 * key did not sign this, or not in this place. `NOT_ITS_TYPE`: the source has signed what is not its to say.
 */
export type SourceFault =
  'UNPROVEN' | 'PROOF_MALFORMED' | 'SOURCE_UNKNOWN' | 'KEY_UNKNOWN' | 'SIGNATURE_INVALID' | 'NOT_ITS_TYPE';

/** Groups that are remembered. A group arrives in one batch, or in a few: on Kafka, in one for each partition. */
const REMEMBERED = 1024;

/** Tells a source's own events from others. A signature is verified once for all events of its group. */
export class SourceCheck {
  /** What was verified last, statement and signature with their key, the oldest first. */
  private readonly verified = new Set<string>();

  /** `keys` is asked for each event anew: a key that was taken off the list counts for nothing from then on. */
  constructor(private readonly keys: () => SourceKeys) {}

  /** Undefined where the event is the source's own. Total: nothing in an event makes it throw. */
  faultOf(event: PublishedEvent): SourceFault | undefined {
    if (event.sourceproof === undefined) return 'UNPROVEN';
    const proof = parseSourceProof(event.sourceproof);
    if (proof === undefined) return 'PROOF_MALFORMED';
    const listed = this.keys().get(event.source);
    if (listed === undefined) return 'SOURCE_UNKNOWN';
    const key = listed.get(proof.key);
    if (key === undefined) return 'KEY_UNKNOWN';
    if (!this.isSigned(event, proof, key)) return 'SIGNATURE_INVALID';
    return maySay(event.source, event.type) ? undefined : 'NOT_ITS_TYPE';
  }

  private isSigned(event: PublishedEvent, proof: SourceProof, key: KeyObject): boolean {
    const root = rootOf(event, proof);
    if (root === undefined) return false;
    const statement = groupStatement(event.source, proof.size, root);
    const signed = `${proof.key} ${Buffer.from(proof.signature).toString('latin1')} ${statement.toString()}`;
    if (this.verified.has(signed)) return true;
    if (!verifyBytes(statement, key, proof.signature)) return false;
    this.remember(signed);
    return true;
  }

  private remember(signed: string): void {
    const [oldest] = this.verified;
    if (oldest !== undefined && this.verified.size >= REMEMBERED) this.verified.delete(oldest);
    this.verified.add(signed);
  }
}

/** Undefined where the path is not as long as one in a tree of this size. */
function rootOf(event: PublishedEvent, { path, index, size }: SourceProof): Uint8Array | undefined {
  try {
    return inclusionRoot(path, eventLeaf(event, nodeTreeHash), index, size, nodeTreeHash);
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}
