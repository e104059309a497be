import type { KeyObject } from 'node:crypto';
import { verifyBytes } from '#exchange/keys.js';
import { inclusionRoot } from '#merkle/inclusion-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { smallTree } from '#merkle/small-tree.js';
import { eventLeaf, groupStatement } from './event-group.js';
import { maySay } from './may-say.js';
import { parseSourceProof, placeInGroup, type GroupPlace, type SourceProof } from './source-proof.js';
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

  /**
   * Of events that come together: undefined for each that is its source's own. A group that is whole among them is hashed
   * once; of another each event is led up to the root by its own path. Total: nothing in an event makes it throw.
   */
  faultsOf(events: readonly PublishedEvent[]): readonly (SourceFault | undefined)[] {
    const proven = this.provenTogether(events);
    return events.map((event) => (proven.has(event) ? faultOfType(event) : this.faultOf(event)));
  }

  private faultOf(event: PublishedEvent): SourceFault | undefined {
    if (event.sourceproof === undefined) return 'UNPROVEN';
    const proof = parseSourceProof(event.sourceproof);
    if (proof === undefined) return 'PROOF_MALFORMED';
    const listed = this.keys().get(event.source);
    if (listed === undefined) return 'SOURCE_UNKNOWN';
    const key = listed.get(proof.key);
    if (key === undefined) return 'KEY_UNKNOWN';
    const root = rootOf(event, proof);
    const isSigned = root !== undefined && this.isSigned(event.source, proof, root, key);
    return isSigned ? faultOfType(event) : 'SIGNATURE_INVALID';
  }

  /** The members of groups that are whole. What is not among them may be proven all the same. */
  private provenTogether(events: readonly PublishedEvent[]): ReadonlySet<PublishedEvent> {
    const proven = new Set<PublishedEvent>();
    for (const { source, place, members } of wholeGroups(events)) {
      const key = this.keys().get(source)?.get(place.key);
      if (key === undefined) continue;
      const leaves = members.map((event) => eventLeaf(event, nodeTreeHash));
      const { root } = smallTree(leaves, nodeTreeHash);
      const signature = Buffer.from(place.signature, 'base64url');
      if (this.isSigned(source, { ...place, signature }, root, key)) for (const event of members) proven.add(event);
    }
    return proven;
  }

  private isSigned(source: string, of: Omit<SourceProof, 'path'>, root: Uint8Array, key: KeyObject): boolean {
    const statement = groupStatement(source, of.size, root);
    const signed = `${of.key} ${Buffer.from(of.signature).toString('latin1')} ${statement.toString()}`;
    if (this.verified.has(signed)) return true;
    if (!verifyBytes(statement, key, of.signature)) return false;
    this.remember(signed);
    return true;
  }

  private remember(signed: string): void {
    const [oldest] = this.verified;
    if (oldest !== undefined && this.verified.size >= REMEMBERED) this.verified.delete(oldest);
    this.verified.add(signed);
  }
}

interface Group {
  readonly source: string;
  readonly place: GroupPlace;
  /** By their places; those that are missing are holes. */
  readonly members: PublishedEvent[];
  count: number;
}

/** Groups of two or more of which every event is there. An event that is there twice counts once. */
function wholeGroups(events: readonly PublishedEvent[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const { source } = event;
    const place = placeInGroup(event.sourceproof ?? '');
    if (place === undefined || place.size === 1) continue;
    const group = groups.get(place.signature) ?? { source, place, members: [], count: 0 };
    groups.set(place.signature, group);
    // Of two groups that claim one signature, one is none.
    if (!isOf(group, source, place) || group.members[place.index] !== undefined) continue;
    group.members[place.index] = event;
    group.count += 1;
  }
  return [...groups.values()].filter(({ count, place }) => count === place.size);
}

function isOf({ place, ...group }: Group, source: string, { key, size }: GroupPlace): boolean {
  return group.source === source && place.key === key && place.size === size;
}

/** A key vouches only for what its source may say. */
function faultOfType({ source, type }: PublishedEvent): SourceFault | undefined {
  return maySay(source, type) ? undefined : 'NOT_ITS_TYPE';
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
