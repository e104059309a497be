import { auditTree } from '#merkle/audit/audit-tree.js';
import { parseCheckpoint, type Checkpoint } from '#merkle/checkpoint.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint, type LogTrust, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { parseNote } from '#merkle/signed-note.js';
import { countQuorum, type WitnessPolicy } from '#merkle/witness-policy.js';
import { EntryAudit, type EntryReader } from './entry-audit.js';
import { EventIds } from './event-ids.js';
import type { LogFinding } from './log-finding.js';
import type { LogSource } from './log-source.js';
import { compareSeen, openSeen, type OpenedSeen, type SeenCheckpoint } from './seen-checkpoints.js';

/** Whom to believe about a log, and how many of the witnesses must have cosigned the checkpoint that it shows. */
export interface AuditTrust extends LogTrust {
  readonly policy?: WitnessPolicy;
  /** Checkpoints that are smaller are from before there were witnesses. 0 if left out. */
  readonly witnessedFrom?: number;
}

export interface LogAuditOptions {
  /** Whom to believe about the log of this name; undefined if nobody. */
  readonly trustIn: (origin: string) => AuditTrust | undefined;
  /** Checkpoints of the log that a witness or anybody else kept. */
  readonly seen?: readonly SeenCheckpoint[];
  /** Checkpoints of it that a root log has, whose signatures were checked. They must be its past. */
  readonly rooted?: readonly OpenedSeen[];
  /** Who looks into the entries: as events, if left out. */
  readonly entries?: EntryReader;
  /** The events of logs that were looked through before, if it is to have none of them. */
  readonly ids?: EventIds;
  /** How many event ids to remember at the least, to find one that comes twice. */
  readonly remembered: number;
  /** 32 random bits. */
  readonly seed: number;
  /** Waits for the log to publish what a witness cosigned, or the root log has, already; not at all if left out. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Called now and then. */
  readonly onProgress?: (entries: number, size: number) => void;
  /** How many bundles are read at the same time. */
  readonly ahead?: number;
  /** How many findings of a kind are told; the others are counted. */
  readonly limit?: number;
}

/** `needed`: 0 where none were asked for, and nothing tells whether others saw the same log. */
export interface CosignaturesAsked {
  readonly needed: number;
  /** Why none were asked for, where that is so: the checkpoint is smaller than this, from before there were witnesses. */
  readonly from?: number;
}

export interface LogAudit {
  readonly place: string;
  readonly ok: boolean;
  /** Absent where no checkpoint could be believed; then nothing else was looked at. */
  readonly checkpoint?: OpenedCheckpoint;
  readonly findings: readonly LogFinding[];
  /** How many cosignatures the checkpoint had to have. */
  readonly asked: CosignaturesAsked;
  /** Findings beyond the limit. */
  readonly more: number;
  /** Entries of types that are not known here, by type. */
  readonly unknownTypes: ReadonlyMap<string, number>;
  /** Whether an event could be there twice without being found, because the log has more ids than are remembered. */
  readonly idsForgotten: boolean;
  /** How many of the checkpoints that were kept are the log's own past. */
  readonly confirmed: number;
}

/**
 * Looks through a whole log with nothing but the keys that are trusted: the checkpoint's signatures, every entry, every
 * hash of every tile, and that the log is the one that others saw. Damage is a finding, with its place; rejects with
 * ClientError only where the source cannot be read.
 */
export async function auditLog(source: LogSource, options: LogAuditOptions): Promise<LogAudit> {
  const none = {
    place: source.place,
    asked: { needed: 0 },
    more: 0,
    unknownTypes: new Map(),
    idsForgotten: false,
    confirmed: 0,
  };
  const head = await readHead(source, options);
  if ('code' in head) return { ...none, ok: false, findings: [head] };
  const { checkpoint, trust, seen } = head;
  const ids = options.ids ?? new EventIds(options.remembered, options.seed);
  const limit = options.limit ?? 100;
  const entries = options.entries ?? new EntryAudit(checkpoint.size, ids, limit);
  const past = [...seen.opened, ...(options.rooted ?? [])];
  const tree = await auditTree(checkpoint, source, {
    hash: nodeTreeHash,
    limit,
    sizes: past.map(({ size }) => size).filter((size) => size <= checkpoint.size),
    onEntry: (entry, index) => {
      entries.read(entry, index);
    },
    onProgress: (count) => options.onProgress?.(count, checkpoint.size),
    ...(options.ahead === undefined ? {} : { ahead: options.ahead }),
  });
  const isWhole = tree.findings.length === 0;
  const compared = await compareSeen(past, checkpoint.size, { roots: tree.roots, isWhole }, source);
  const findings = [...tooFew(checkpoint, trust), ...tree.findings, ...seen.findings, ...compared, ...entries.findings];
  return {
    ...none,
    ok: findings.length === 0,
    checkpoint,
    asked: askedOf(checkpoint, trust),
    findings,
    more: tree.more + entries.more,
    unknownTypes: entries.unknownTypes,
    idsForgotten: ids.hasForgotten,
    confirmed: past.length - compared.length,
  };
}

interface Head {
  readonly checkpoint: OpenedCheckpoint;
  readonly trust: AuditTrust;
  readonly seen: ReturnType<typeof openSeen>;
}

/** How often and how long to wait, at the most, for a log that is behind its witnesses. */
const PAUSES = 10;
const PAUSE_MS = 500;

/** A witness cosigns what the log is about to publish, so what was seen may be a moment ahead of what is shown. */
async function readHead(source: LogSource, options: LogAuditOptions): Promise<Head | LogFinding> {
  for (let left = options.pause === undefined ? 0 : PAUSES; ; left -= 1) {
    const opened = openHead(await source.readCheckpoint(), options.trustIn);
    if ('code' in opened) return opened;
    const seen = openSeen(options.seen ?? [], opened.trust);
    const isBehind = seen.opened.some(({ size }) => size > opened.checkpoint.size);
    if (!isBehind || left === 0) return { ...opened, seen };
    await options.pause?.(PAUSE_MS);
  }
}

function openHead(note: Uint8Array | undefined, trustIn: LogAuditOptions['trustIn']): Omit<Head, 'seen'> | LogFinding {
  const path = 'checkpoint';
  if (note === undefined) return { code: 'CHECKPOINT_MISSING', path };
  try {
    const { origin }: Checkpoint = parseCheckpoint(parseNote(note).text);
    const trust = trustIn(origin);
    if (trust === undefined) return { code: 'LOG_UNKNOWN', path, reason: origin };
    return { checkpoint: openCheckpoint(note, trust, nodeVerify), trust };
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { code: 'CHECKPOINT_REFUTED', path, reason: error.message };
  }
}

function askedOf({ size }: OpenedCheckpoint, { policy, witnessedFrom: from = 0 }: AuditTrust): CosignaturesAsked {
  if (policy === undefined || policy.quorum === 0) return { needed: 0 };
  return size < from ? { needed: 0, from } : { needed: policy.quorum };
}

function tooFew(checkpoint: OpenedCheckpoint, trust: AuditTrust): LogFinding[] {
  const { policy } = trust;
  if (policy === undefined || askedOf(checkpoint, trust).needed === 0) return [];
  const { cosignatures } = checkpoint;
  const { met, needed, cosigned, missing } = countQuorum(cosignatures, policy);
  if (met) return [];
  const reason = `${cosigned.length} of ${needed}; missing: ${missing.join(', ')}`;
  return [{ code: 'TOO_FEW_WITNESSES', path: 'checkpoint', reason }];
}
