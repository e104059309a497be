import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { nodeNoteSigner } from './node-cryptography.js';
import type { NoteSigner } from './sign-note.js';

/** DER of a PKCS#8 Ed25519 key (RFC 8410) up to its 32 bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * What one log of a family signs with: HKDF-SHA-256 (RFC 5869) of the family's private key, without salt, with the purpose
 * and the log's origin as info. One file keeps all keys; none of them tells another, and a log that is added later has its
 * own. For Node.
 */
export function shardSigner(origin: string, family: KeyObject): NoteSigner {
  const { d = '' } = family.export({ format: 'jwk' });
  const seed = hkdfSync('sha256', Buffer.from(d, 'base64url'), '', `sluice ledger shard ${origin}`, 32);
  const der = Buffer.concat([PKCS8_ED25519, Buffer.from(seed)]);
  return nodeNoteSigner(origin, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}
