import type { KeyObject } from 'node:crypto';
import { derivedKey } from './derived-key.js';
import { nodeNoteSigner } from './node-cryptography.js';
import type { NoteSigner } from './sign-note.js';

/** What one log of a family signs with: a log that is added later has a key of its own. For Node. */
export function shardSigner(origin: string, family: KeyObject): NoteSigner {
  return nodeNoteSigner(origin, derivedKey(`sluice ledger shard ${origin}`, family));
}
