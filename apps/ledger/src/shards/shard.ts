import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { formatVkey } from '#merkle/note-key.js';
import type { NoteSigner } from '#merkle/sign-note.js';

/** One log: a partition of the topic, with a name and a key of its own. */
export interface Shard {
  readonly number: number;
  /** The log's name: a URL without scheme. Its path is where the log is served and stored. */
  readonly origin: string;
  /** The origin after its host, without a leading slash. */
  readonly path: string;
  readonly signer: NoteSigner;
  /** What verifiers are given. */
  readonly vkey: string;
}

/** DER of a PKCS#8 Ed25519 key (RFC 8410) up to its 32 bytes. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The shards 0 to `count` - 1 of one family: `<origin>/0` and so on, each with its key derived from the family's. */
export function shardsOf(origin: string, count: number, key: KeyObject): Shard[] {
  return Array.from({ length: count }, (_, number) => shardOf(`${origin}/${number}`, number, key));
}

function shardOf(origin: string, number: number, key: KeyObject): Shard {
  const signer = nodeNoteSigner(origin, shardKey(origin, key));
  return { number, origin, path: originPath(origin), signer, vkey: formatVkey(signer.key) };
}

/** The path of a URL without scheme, without a leading slash; empty where there is none. */
export function originPath(origin: string): string {
  return origin.split('/').slice(1).join('/');
}

/**
 * HKDF-SHA-256 (RFC 5869) of the family's private key, without salt, with the purpose and the shard's origin as info. One
 * file keeps all keys; none of them tells another, and a shard that is added later has its own.
 */
function shardKey(origin: string, key: KeyObject): KeyObject {
  const { d = '' } = key.export({ format: 'jwk' });
  const seed = hkdfSync('sha256', Buffer.from(d, 'base64url'), '', `sluice ledger shard ${origin}`, 32);
  return createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, Buffer.from(seed)]),
    format: 'der',
    type: 'pkcs8',
  });
}
