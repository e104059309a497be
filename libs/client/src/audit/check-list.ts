import { MerkleError } from '#merkle/merkle-error.js';
import { SHARD_LIST } from '#merkle/log-paths.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { formatVkey, type NoteKey } from '#merkle/note-key.js';
import { listDigest, type ListDigest } from '#merkle/root-entry.js';
import type { ListedShard, ShardList } from '#merkle/shard-list.js';
import { verifyNote } from '#merkle/verify-note.js';
import { isValid, keysOfWitnesses } from '#merkle/witness-policy.js';
import type { AuditTrust, LogAudit } from './audit-log.js';
import type { LogFinding } from './log-finding.js';
import { originOf, type OpenedSeen, type SeenCheckpoint } from './seen-checkpoints.js';

/** A list whose signature was checked. */
export interface ReadList {
  readonly list: ShardList;
  readonly note: Uint8Array;
}

/** What a verifier knows of a family besides what its list says. */
export interface KnownBesides {
  /** Keys of logs that the verifier knows already, by origin: the list must name the same, and all of them. */
  readonly known?: ReadonlyMap<string, NoteKey>;
  /** Who must have cosigned the checkpoints of the log of this name. */
  readonly witnessedIn?: (origin: string) => Omit<AuditTrust, 'log'>;
  /** Checkpoints of its logs that a witness or anybody else kept. */
  readonly seen?: readonly SeenCheckpoint[];
}

/**
 * Whether the list is the one that the root log has `last`, and names every log that is known of, or `present` at the place
 * where the family was found.
 */
export function checkList(
  { list, note }: ReadList,
  last: ListDigest | undefined,
  present: readonly string[],
  besides: KnownBesides,
): LogFinding[] {
  return [
    ...checkDigest(list.version, note, last),
    ...checkKnown(list, besides.known),
    ...checkPresent(list, present),
    ...checkSeen(list, besides),
  ];
}

function checkDigest(version: number, note: Uint8Array, last: ListDigest | undefined): LogFinding[] {
  const path = SHARD_LIST;
  if (last === undefined || last.version < version) {
    return [
      { code: 'LIST_UNCOMMITTED', path, reason: `version ${version}; the root log has ${last?.version ?? 'none'}` },
    ];
  }
  if (last.version > version) {
    return [{ code: 'LIST_ROLLED_BACK', path, reason: `version ${version}; the root log has ${last.version}` }];
  }
  if (Buffer.compare(last.digest, listDigest(note)) === 0) return [];
  return [{ code: 'LIST_DIFFERS', path, reason: `version ${version}` }];
}

function checkKnown(list: ShardList, known: ReadonlyMap<string, NoteKey> = new Map()): LogFinding[] {
  const listed = new Map([list.root, ...list.shards].map(({ key }) => [key.name, formatVkey(key)]));
  return [...known].flatMap(([origin, key]): LogFinding[] => {
    if (!origin.startsWith(`${list.family}/`)) return [];
    const vkey = listed.get(origin);
    if (vkey === undefined) return [{ code: 'SHARD_HIDDEN', path: SHARD_LIST, reason: origin }];
    return vkey === formatVkey(key) ? [] : [{ code: 'SHARD_KEY_DIFFERS', path: SHARD_LIST, reason: origin }];
  });
}

function checkPresent(list: ShardList, present: readonly string[]): LogFinding[] {
  const places = new Set([list.root, ...list.shards].map(({ at }) => at));
  return present.filter((at) => !places.has(at)).map((at) => ({ code: 'SHARD_HIDDEN', path: at }));
}

/** A checkpoint that somebody kept of a log of this family that the list does not name. Of other families nothing is said. */
function checkSeen({ family, root, shards }: ShardList, besides: KnownBesides): LogFinding[] {
  const names = new Set([root, ...shards].map(({ key }) => key.name));
  return (besides.seen ?? []).flatMap((one): LogFinding[] => {
    const origin = originOf(one);
    if (origin === undefined) return [{ code: 'SEEN_REFUTED', path: one.name }];
    if (names.has(origin) || !origin.startsWith(`${family}/`)) return [];
    // Anybody can write a note in the family's name.
    const code = isVouchedFor(one, origin, besides) ? 'SHARD_HIDDEN' : 'SEEN_UNDECIDED';
    return [{ code, path: one.name, reason: origin }];
  });
}

/** Whether the log signed it with a key that is known already, or a witness of this log with a key that it had then. */
function isVouchedFor({ note }: SeenCheckpoint, origin: string, { known, witnessedIn }: KnownBesides): boolean {
  const log = known?.get(origin);
  const { policy, witnesses = policy === undefined ? [] : keysOfWitnesses(policy) } = witnessedIn?.(origin) ?? {};
  try {
    const { verified } = verifyNote(note, [...(log === undefined ? [] : [log]), ...witnesses], nodeVerify);
    return verified.some(({ key: { name, keyId }, time }) => {
      if (time === undefined) return name === origin;
      return policy === undefined || policy.witnesses.some((one) => isValid({ name, keyId, time }, one));
    });
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
  }
}

/** That the root log has the shard, and of one that is closed, that it ended where the list says. */
export function checkPlaceInRoot(
  { key: { name }, at, closed }: ListedShard,
  { checkpoint }: LogAudit,
  rooted: readonly OpenedSeen[],
): LogFinding[] {
  const path = `${at}checkpoint`;
  const last = rooted.at(-1);
  if (last === undefined) return [{ code: 'SHARD_NOT_ROOTED', path, reason: name }];
  if (closed === undefined) return [];
  const findings: LogFinding[] = [];
  const { size } = closed;
  if (!isHead(last, closed)) findings.push({ code: 'SHARD_NOT_ROOTED', path, size, reason: name });
  if (checkpoint !== undefined && !isHead(checkpoint, closed)) {
    findings.push({ code: 'SHARD_NOT_FINAL', path, size, reason: name });
  }
  return findings;
}

interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

function isHead(a: Head, b: Head): boolean {
  return a.size === b.size && Buffer.compare(a.root, b.root) === 0;
}
