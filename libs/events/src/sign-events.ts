import { signBytes, type SigningKey } from '#exchange/keys.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { smallTree } from '#merkle/small-tree.js';
import type { SluiceEvent } from './contract.js';
import { eventLeaf, groupStatement } from './event-group.js';
import { GROUP_SIZE, formatSourceProof } from './source-proof.js';
import type { PublishedEvent } from './transport.js';

/**
 * The events with the proof that `key` vouches for them, one signature for up to GROUP_SIZE that follow each other. They
 * are of one source: those of another do not prove what they are.
 */
export function signEvents(events: readonly SluiceEvent[], key: SigningKey): readonly PublishedEvent[] {
  const signed: PublishedEvent[] = [];
  for (let from = 0; from < events.length; from += GROUP_SIZE) {
    signed.push(...signGroup(events.slice(from, from + GROUP_SIZE), key));
  }
  return signed;
}

function signGroup(group: readonly SluiceEvent[], { kid, key }: SigningKey): readonly PublishedEvent[] {
  const size = group.length;
  const leaves = group.map((event) => eventLeaf(event, nodeTreeHash));
  const tree = smallTree(leaves, nodeTreeHash);
  const signature = signBytes(groupStatement(group[0]?.source ?? '', size, tree.root), key);
  return group.map((event, index) => ({
    ...event,
    sourceproof: formatSourceProof({ key: kid, index, size, path: tree.path(index), signature }),
  }));
}
