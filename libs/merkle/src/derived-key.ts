import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

/** DER of a PKCS#8 Ed25519 key (RFC 8410) up to its 32 bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * An Ed25519 key for one purpose: HKDF-SHA-256 (RFC 5869) of the family's private Ed25519 key, without salt, with the
 * purpose as info. One file keeps all keys; none of them tells another. For Node.
 */
export function derivedKey(purpose: string, family: KeyObject): KeyObject {
  const { d = '' } = family.export({ format: 'jwk' });
  const seed = hkdfSync('sha256', Buffer.from(d, 'base64url'), '', purpose, 32);
  const der = Buffer.concat([PKCS8_ED25519, Buffer.from(seed)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
