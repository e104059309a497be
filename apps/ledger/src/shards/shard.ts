import type { KeyObject } from 'node:crypto';
import { formatVkey } from '#merkle/note-key.js';
import { shardSigner } from '#merkle/shard-signer.js';
import type { NoteSigner } from '#merkle/sign-note.js';

/** One log of a family, with a name and a key of its own. */
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

/** All logs of one name, and the list of them. */
export interface Family {
  readonly origin: string;
  /** The folder of the list, in which those of the logs are. */
  readonly path: string;
  /** Signs the list of shards. */
  readonly signer: NoteSigner;
  /** The one key that a verifier needs to find all others. */
  readonly vkey: string;
  /** The log of the shards' checkpoints. */
  readonly root: Shard;
  shard(number: number): Shard;
}

/** Under which the root log stands among the shards in the tables: no shard has it. */
export const ROOT_SHARD = 32_767;

/** The shards `<origin>/0` and so on and the root log, each with its key derived from the family's, as is that of the list. */
export function familyOf(origin: string, key: KeyObject): Family {
  const signer = shardSigner(origin, key);
  return {
    ...{ origin, path: originPath(origin), signer, vkey: formatVkey(signer.key) },
    root: logOf(`${origin}/root`, ROOT_SHARD, key),
    shard: (number) => logOf(`${origin}/${number}`, number, key),
  };
}

/** The shards 0 to `count` - 1. */
export function shardsOf(origin: string, count: number, key: KeyObject): Shard[] {
  const family = familyOf(origin, key);
  return Array.from({ length: count }, (_, number) => family.shard(number));
}

function logOf(origin: string, number: number, key: KeyObject): Shard {
  const signer = shardSigner(origin, key);
  return { number, origin, path: originPath(origin), signer, vkey: formatVkey(signer.key) };
}

/** The path of a URL without scheme, without a leading slash; empty where there is none. */
export function originPath(origin: string): string {
  return origin.split('/').slice(1).join('/');
}

/** How metrics and log lines name it. */
export function labelOf(number: number): number | 'root' {
  return number === ROOT_SHARD ? 'root' : number;
}
