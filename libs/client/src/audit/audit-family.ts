import { MerkleError } from '#merkle/merkle-error.js';
import { parseCheckpoint } from '#merkle/checkpoint.js';
import { SHARD_LIST } from '#merkle/log-paths.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { formatVkey, type NoteKey } from '#merkle/note-key.js';
import { listDigest, type ListDigest } from '#merkle/root-entry.js';
import { openShardList, type ListedLog, type ListedShard, type ShardList } from '#merkle/shard-list.js';
import { parseNote } from '#merkle/signed-note.js';
import { verifyNote } from '#merkle/verify-note.js';
import { isValid, keysOfWitnesses } from '#merkle/witness-policy.js';
import { auditLog, type AuditTrust, type LogAudit, type LogAuditOptions } from './audit-log.js';
import { auditLists, type ListsAudit } from './audit-lists.js';
import { EventIds } from './event-ids.js';
import type { FamilySource } from './family-source.js';
import type { LogFinding } from './log-finding.js';
import type { LogSource } from './log-source.js';
import { RootAudit } from './root-audit.js';
import type { RootedLog, RootedLogs } from './rooted-logs.js';
import type { OpenedSeen, SeenCheckpoint } from './seen-checkpoints.js';

export interface FamilyAuditOptions extends Pick<
  LogAuditOptions,
  'remembered' | 'seed' | 'pause' | 'ahead' | 'limit' | 'seen'
> {
  /** The family's key, which is all that is believed. */
  readonly family: NoteKey;
  /** Keys of logs that the verifier knows already, by origin: the list must name the same, and all of them. */
  readonly known?: ReadonlyMap<string, NoteKey>;
  /** Who must have cosigned the checkpoints of the log of this name. */
  readonly witnessedIn?: (origin: string) => Omit<AuditTrust, 'log'>;
  /** Called before each log, and gives whom to tell how far it is. */
  readonly onLog?: (source: LogSource) => LogAuditOptions['onProgress'];
  /** Called after each version of the list that was read. */
  readonly onList?: (read: number, of: number) => void;
  /** Called after each log. */
  readonly onAudit?: (audit: LogAudit) => void;
}

export interface FamilyAudit {
  readonly place: string;
  readonly ok: boolean;
  /** Absent where no list could be believed; then nothing else was looked at. */
  readonly list?: ShardList;
  /** What is wrong with the list, and with what it says of the logs. Damage in a log is in its audit. */
  readonly findings: readonly LogFinding[];
  /** How many versions of the list were held against each other, and how many were not. */
  readonly versions: Omit<ListsAudit, 'findings'>;
  /** The root log, then each shard, old ones included. */
  readonly logs: readonly LogAudit[];
  /** The shards as far as the root log has them, for whoever looks into their records. Absent with the list. */
  readonly rooted?: RootedLogs;
}

interface ReadList {
  readonly list: ShardList;
  readonly note: Uint8Array;
}

/** How often a list is read that the root log has gone past meanwhile, and how long to wait before it is read again. */
const READS = 3;
const READ_PAUSE_MS = 500;

/**
 * Looks through all logs of a family with nothing but its key: the list of shards, the root log, and every shard that there
 * ever was, each against what the root log has of it. Rejects with ClientError only where the source cannot be read.
 */
export async function auditFamily(source: FamilySource, options: FamilyAuditOptions): Promise<FamilyAudit> {
  const { place } = source;
  for (let left = READS; ; left -= 1) {
    const read = await readList(source, options.family);
    if ('code' in read) return withoutList(place, read);
    const { root, audit } = await auditRoot(read.list, source, options);
    // The list is shown after its digest: what is read after the root log is at least as new.
    const isBehind = (root.digest?.version ?? 0) > read.list.version;
    if (!isBehind || left === 1) return auditShards(read, { root, audit }, source, options);
    await options.pause?.(READ_PAUSE_MS);
  }
}

/** Of a place where no list can be believed. */
export function withoutList(
  place: string,
  finding: LogFinding = { code: 'LIST_MISSING', path: SHARD_LIST },
): FamilyAudit {
  return { place, ok: false, findings: [finding], versions: { compared: 0, left: 0 }, logs: [] };
}

async function readList(source: FamilySource, family: NoteKey): Promise<ReadList | LogFinding> {
  const note = await source.readList();
  if (note === undefined) return { code: 'LIST_MISSING', path: SHARD_LIST };
  try {
    return { list: openShardList(note, family, nodeVerify), note };
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { code: 'LIST_REFUTED', path: SHARD_LIST, reason: error.message };
  }
}

interface AuditedRoot {
  readonly root: RootAudit;
  readonly audit: LogAudit;
}

async function auditRoot(list: ShardList, source: FamilySource, options: FamilyAuditOptions): Promise<AuditedRoot> {
  const root = new RootAudit(list, options.family, options.limit ?? 100);
  const audit = await auditOne(list.root, source, options, { entries: root });
  return { root, audit };
}

async function auditShards(
  { list, note }: ReadList,
  { root, audit }: AuditedRoot,
  source: FamilySource,
  options: FamilyAuditOptions,
): Promise<FamilyAudit> {
  const { findings: unlawful, ...versions } = await auditLists(root.digests, source, {
    ...{ family: options.family, limit: options.limit ?? 100, onProgress: options.onList },
  });
  const findings = [
    ...checkDigest(list.version, note, root.digest),
    ...checkKnown(list, options.known ?? new Map<string, NoteKey>()),
    ...checkPresent(list, source.present ?? []),
    ...checkSeen(list, options),
    ...unlawful,
  ];
  options.onAudit?.(audit);
  const logs = [audit];
  const known: RootedLog[] = [];
  const ids = new EventIds(options.remembered, options.seed);
  for (const shard of list.shards) {
    const rooted = root.of(shard.key.name);
    const one = await auditOne(shard, source, options, { ids, rooted });
    options.onAudit?.(one);
    logs.push(one);
    findings.push(...checkPlaceInRoot(shard, one, rooted));
    const [head, size = 0] = [rooted.at(-1), one.checkpoint?.size];
    if (head !== undefined) {
      known.push({ number: shard.number, origin: head.origin, head, size, source: source.log(shard.at) });
    }
  }
  const ok = findings.length === 0 && logs.every((one) => one.ok);
  return { place: source.place, ok, list, findings, versions, logs, rooted: { logs: known, order: root.order } };
}

async function auditOne(
  { key, at }: ListedLog,
  source: FamilySource,
  { witnessedIn, onLog, seen = [], ...options }: FamilyAuditOptions,
  more: Pick<LogAuditOptions, 'entries' | 'ids' | 'rooted'>,
): Promise<LogAudit> {
  const log = source.log(at);
  const onProgress = onLog?.(log);
  return auditLog(log, {
    ...options,
    ...more,
    ...(onProgress === undefined ? {} : { onProgress }),
    seen: seen.filter((one) => originOf(one) === key.name),
    trustIn: (origin) => (origin === key.name ? { ...witnessedIn?.(origin), log: key } : undefined),
  });
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

function checkKnown(list: ShardList, known: ReadonlyMap<string, NoteKey>): LogFinding[] {
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
function checkSeen({ family, root, shards }: ShardList, options: FamilyAuditOptions): LogFinding[] {
  const names = new Set([root, ...shards].map(({ key }) => key.name));
  return (options.seen ?? []).flatMap((one): LogFinding[] => {
    const origin = originOf(one);
    if (origin === undefined) return [{ code: 'SEEN_REFUTED', path: one.name }];
    if (names.has(origin) || !origin.startsWith(`${family}/`)) return [];
    // Anybody can write a note in the family's name.
    const code = isVouchedFor(one, origin, options) ? 'SHARD_HIDDEN' : 'SEEN_UNDECIDED';
    return [{ code, path: one.name, reason: origin }];
  });
}

/** Whether the log signed it with a key that is known already, or a witness of this log with a key that it had then. */
function isVouchedFor({ note }: SeenCheckpoint, origin: string, { known, witnessedIn }: FamilyAuditOptions): boolean {
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

function originOf({ note }: SeenCheckpoint): string | undefined {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}

/** That the root log has the shard, and of one that is closed, that it ended where the list says. */
function checkPlaceInRoot(
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
