import { equalBytes } from '@noble/curves/utils.js';
import type { NoteKey } from './note-key.js';
import { changesIn, type ListedShard, type ShardList } from './shard-list.js';

/** Why a list is not what may follow another one. */
export interface ListRefusal {
  /** Of the list's text, from 1: shards begin at line 5. */
  readonly line: number;
  readonly reason: string;
}

/** The first line of a list that names a shard. */
const SHARDS_FROM = 5;

/**
 * Why a list may not be the next one after another; undefined if it may. Lawful is: shards are added as open, with the next
 * numbers from 0 on; open ones are closed; nothing else of any line changes; and the version is how many changes are listed
 * in all. There may be several changes at once. `before`: undefined for the first list.
 */
export function refuseSuccession(before: ShardList | undefined, after: ShardList): ListRefusal | undefined {
  return refuseRewriting(before, after) ?? refuseAdded(before?.shards ?? [], after);
}

/**
 * The same where lists that came in between are not known, in which a shard may have been added that is closed by now: only
 * what was said before must stand. `before`: undefined where none is known.
 */
export function refuseRewriting(before: ShardList | undefined, after: ShardList): ListRefusal | undefined {
  return refuseHead(before, after) ?? refuseKept(before?.shards ?? [], after);
}

function refuseHead(before: ShardList | undefined, after: ShardList): ListRefusal | undefined {
  const { family, version, root } = after;
  const changes = changesIn(after);
  if (version !== changes) return { line: 3, reason: `version ${version} where ${changes} changes are listed` };
  if (before === undefined) return undefined;
  if (family !== before.family) return { line: 2, reason: `${family} in place of ${before.family}` };
  if (version <= before.version) return { line: 3, reason: `version ${version} after version ${before.version}` };
  if (root.at !== before.root.at || !isSameKey(root.key, before.root.key))
    return { line: 4, reason: 'another root log' };
  return undefined;
}

function refuseKept(before: readonly ListedShard[], { shards }: ShardList): ListRefusal | undefined {
  for (const [at, was] of before.entries()) {
    const reason = changeOf(was, shards[at]);
    if (reason !== undefined) return { line: SHARDS_FROM + at, reason };
  }
  return undefined;
}

function refuseAdded(before: readonly ListedShard[], { shards }: ShardList): ListRefusal | undefined {
  for (const [at, { number, closed }] of shards.entries()) {
    if (at < before.length) continue;
    const line = SHARDS_FROM + at;
    if (number !== at) return { line, reason: `shard ${number} where shard ${at} is the next` };
    if (closed !== undefined) return { line, reason: `shard ${number} is closed where it is first named` };
  }
  return undefined;
}

/** What is said otherwise of a shard that was listed. */
function changeOf(was: ListedShard, is: ListedShard | undefined): string | undefined {
  const shard = `shard ${was.number}`;
  if (is === undefined) return `${shard} is not listed any more`;
  if (is.number !== was.number) return `shard ${is.number} in the place of ${shard}`;
  if (is.partition !== was.partition) return `${shard} has another partition`;
  if (!isSameKey(is.key, was.key)) return `${shard} has another key`;
  if (is.at !== was.at) return `${shard} has another place`;
  if (is.opened !== was.opened) return `${shard} has another time of opening`;
  if (was.closed === undefined) return undefined;
  if (is.closed === undefined) return `${shard} was closed and is open`;
  const { time, size, root } = is.closed;
  const isSameEnd = time === was.closed.time && size === was.closed.size && equalBytes(root, was.closed.root);
  return isSameEnd ? undefined : `${shard} has another end`;
}

/** Keys of a list are of one algorithm. */
function isSameKey(a: NoteKey, b: NoteKey): boolean {
  return a.name === b.name && equalBytes(a.publicKey, b.publicKey);
}
