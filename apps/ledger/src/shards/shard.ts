import type { KeyObject } from 'node:crypto';
import { formatVkey } from '#merkle/note-key.js';
import { shardSigner } from '#merkle/shard-signer.js';
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

/** The shards 0 to `count` - 1 of one family: `<origin>/0` and so on, each with its key derived from the family's. */
export function shardsOf(origin: string, count: number, key: KeyObject): Shard[] {
  return Array.from({ length: count }, (_, number) => shardOf(`${origin}/${number}`, number, key));
}

function shardOf(origin: string, number: number, key: KeyObject): Shard {
  const signer = shardSigner(origin, key);
  return { number, origin, path: originPath(origin), signer, vkey: formatVkey(signer.key) };
}

/** The path of a URL without scheme, without a leading slash; empty where there is none. */
export function originPath(origin: string): string {
  return origin.split('/').slice(1).join('/');
}
