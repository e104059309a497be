import { decodeBase64, encodeBase64 } from './base64.js';
import { portableVerify, type VerifyMessage } from './ed25519.js';
import { asPartOf, MerkleError } from './merkle-error.js';
import { formatVkey, NOTE_ALGORITHM, parseVkey, type NoteKey } from './note-key.js';
import { requireHash } from './tree-hash.js';
import { parseDecimal, requireSize, type TreeHead } from './tree-head.js';
import { verifyNote } from './verify-note.js';

/** A log that the list names. */
export interface ListedLog {
  /** Its name is the log's origin, which begins with the family's. */
  readonly key: NoteKey;
  /** Where it is served, with a slash at its end: a URL, or a path from the folder in which the list lies. */
  readonly at: string;
}

export interface ListedShard extends ListedLog {
  readonly number: number;
  /** Whose events it takes, or took: shards of one partition follow one another. */
  readonly partition: number;
  /** RFC 3339 in UTC, with milliseconds. */
  readonly opened: string;
  /** Absent until its last head is in the root log. Nothing comes after that. */
  readonly closed?: TreeHead & { readonly time: string };
}

/** Every shard that a family of logs ever had. */
export interface ShardList {
  /** The origin of the family, which is the name of the key that signs the list. */
  readonly family: string;
  /** Counts what changed, see `changesIn`. Of two lists the one with the larger number is newer. */
  readonly version: number;
  /** The log of the shards' checkpoints and of the lists themselves. */
  readonly root: ListedLog;
  /** By number. */
  readonly shards: readonly ListedShard[];
}

/** No checkpoint begins so: an origin has no spaces. */
export const LIST_HEADER = 'sluice shard list v1';

/** How often a shard was opened or closed, by what the list says: its version, where it is lawful. */
export function changesIn({ shards }: Pick<ShardList, 'shards'>): number {
  return shards.length + shards.filter(({ closed }) => closed !== undefined).length;
}

/**
 * The text of the note: header, family, version, the root log, then a line for each shard. Throws INVALID_SHARD_LIST for
 * what would not be read again.
 */
export function formatShardList(list: ShardList): string {
  const text = textOf(list);
  parseShardList(text);
  return text;
}

/** Reads what `formatShardList` writes, in exactly its spelling. Throws INVALID_SHARD_LIST. */
export function parseShardList(text: string): ShardList {
  const [header, family = '', version = '', root = '', ...lines] = text.split('\n');
  if (header !== LIST_HEADER || lines.pop() !== '') throw malformed('not the lines of a list');
  const list = asPartOf('INVALID_SHARD_LIST', 'Malformed shard list', () => ({
    ...{ family, version: numberFrom(version), root: rootFrom(root) },
    shards: lines.map(shardFrom),
  }));
  requireSense(list);
  if (textOf(list) !== text) throw malformed('not in its one spelling');
  return list;
}

/** The list of a note that the family signed. Throws as `verifyNote` and `parseShardList` do, ORIGIN_MISMATCH. */
export function openShardList(
  note: string | Uint8Array,
  family: NoteKey,
  verify: VerifyMessage = portableVerify,
): ShardList {
  const list = parseShardList(verifyNote(note, [family], verify).text);
  if (list.family === family.name) return list;
  throw new MerkleError('ORIGIN_MISMATCH', `${family.name} signed a list of ${list.family}`);
}

function textOf({ family, version, root, shards }: ShardList): string {
  const lines = [LIST_HEADER, family, version, formatListedLog(root), ...shards.map(formatListedShard)];
  return `${lines.join('\n')}\n`;
}

function formatListedLog({ key, at }: ListedLog): string {
  return `${formatVkey(key)} ${at}`;
}

function formatListedShard({ number, partition, opened, closed, ...log }: ListedShard): string {
  const words = [number, partition, formatListedLog(log), opened];
  if (closed === undefined) return [...words, 'open'].join(' ');
  return [...words, 'closed', closed.time, closed.size, encodeBase64(closed.root)].join(' ');
}

function rootFrom(line: string): ListedLog {
  const [vkey = '', at = ''] = line.split(' ');
  return { key: parseVkey(vkey), at };
}

function shardFrom(line: string): ListedShard {
  const [number = '', partition = '', vkey = '', at = '', opened = '', state, ...rest] = line.split(' ');
  const shard = { number: numberFrom(number), partition: numberFrom(partition), key: parseVkey(vkey), at, opened };
  if (state === 'open') return shard;
  if (state !== 'closed') throw malformed('a shard is open or closed');
  const [time = '', size = '', root = ''] = rest;
  return { ...shard, closed: { time, size: numberFrom(size), root: decodeBase64(root) } };
}

function numberFrom(text: string): number {
  const number = parseDecimal(text);
  if (number === undefined) throw malformed(`${JSON.stringify(text.slice(0, 30))} is no proper number`);
  return number;
}

function requireSense({ family, version, root, shards }: ShardList): void {
  if (version === 0) throw malformed('versions begin at 1');
  for (const { key, at } of [root, ...shards]) {
    if (!key.name.startsWith(`${family}/`)) throw malformed(`${key.name} is not of ${family}`);
    if (key.algorithm !== NOTE_ALGORITHM.ed25519) throw malformed(`${key.name} has a key that no log signs with`);
    requirePlace(at);
  }
  const names = new Set([root, ...shards].map(({ key }) => key.name));
  if (names.size !== shards.length + 1) throw malformed('two logs have one name');
  if (shards.some(({ number }, at) => at > 0 && number <= (shards[at - 1]?.number ?? 0))) {
    throw malformed('shards come by their numbers');
  }
  for (const { opened, closed } of shards) {
    requireTime(opened);
    if (closed === undefined) continue;
    requireTime(closed.time);
    requireSize(closed.size, 'size');
    asPartOf('INVALID_SHARD_LIST', 'Malformed shard list', () => {
      requireHash(closed.root);
    });
  }
}

/** What follows is put behind a folder or a URL: it must lead to nothing above that. */
function requirePlace(at: string): void {
  const isUrl = /^https?:\/\/[^/]+(\/[^/]+)*\/$/.test(at);
  const isBelow = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)+$/.test(at);
  if (!isUrl && !isBelow) throw malformed(`${JSON.stringify(at.slice(0, 100))} is no place of a log`);
}

function requireTime(time: string): void {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time) && !Number.isNaN(Date.parse(time));
  if (!isTime) throw malformed(`${JSON.stringify(time.slice(0, 40))} is no time`);
}

function malformed(reason: string): MerkleError {
  return new MerkleError('INVALID_SHARD_LIST', `Malformed shard list: ${reason}`);
}
