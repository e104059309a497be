import { MerkleError } from '#merkle/merkle-error.js';
import { SHARD_LIST } from '#merkle/log-paths.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openShardList, type ListedLog, type ShardList } from '#merkle/shard-list.js';
import { auditLog, type LogAudit, type LogAuditOptions } from './audit-log.js';
import { auditLists, type ListsAudit } from './audit-lists.js';
import { checkList, checkPlaceInRoot, type KnownBesides, type ReadList } from './check-list.js';
import { EventIds } from './event-ids.js';
import type { FamilySource } from './family-source.js';
import type { LogFinding } from './log-finding.js';
import type { LogSource } from './log-source.js';
import { RootAudit } from './root-audit.js';
import type { RootedLog, RootedLogs } from './rooted-logs.js';
import { originOf } from './seen-checkpoints.js';

export interface FamilyAuditOptions
  extends KnownBesides, Pick<LogAuditOptions, 'remembered' | 'seed' | 'pause' | 'ahead' | 'limit'> {
  /** The family's key, which is all that is believed. */
  readonly family: NoteKey;
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
  read: ReadList,
  { root, audit }: AuditedRoot,
  source: FamilySource,
  options: FamilyAuditOptions,
): Promise<FamilyAudit> {
  const { list } = read;
  const { findings: unlawful, ...versions } = await auditLists(root.digests, source, {
    ...{ family: options.family, limit: options.limit ?? 100, onProgress: options.onList },
  });
  const findings = [...checkList(read, root.digest, source.present ?? [], options), ...unlawful];
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
