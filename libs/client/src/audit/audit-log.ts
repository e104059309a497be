import { auditTree } from '#merkle/audit/audit-tree.js';
import { parseCheckpoint, type Checkpoint } from '#merkle/checkpoint.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint, type LogTrust, type OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { parseNote } from '#merkle/signed-note.js';
import { EntryAudit } from './entry-audit.js';
import { EventIds } from './event-ids.js';
import type { LogFinding } from './log-finding.js';
import type { LogSource } from './log-source.js';
import { compareSeen, openSeen, type SeenCheckpoint } from './seen-checkpoints.js';

export interface LogAuditOptions {
  /** Whom to believe about the log of this name; undefined if nobody. */
  readonly trustIn: (origin: string) => LogTrust | undefined;
  /** Checkpoints of the log that a witness or anybody else kept. */
  readonly seen?: readonly SeenCheckpoint[];
  /** How many event ids to remember at the least, to find one that comes twice. */
  readonly remembered: number;
  /** 32 random bits. */
  readonly seed: number;
  /** Called now and then. */
  readonly onProgress?: (entries: number, size: number) => void;
  /** How many bundles are read at the same time. */
  readonly ahead?: number;
  /** How many findings of a kind are told; the others are counted. */
  readonly limit?: number;
}

export interface LogAudit {
  readonly place: string;
  readonly ok: boolean;
  /** Absent where no checkpoint could be believed; then nothing else was looked at. */
  readonly checkpoint?: OpenedCheckpoint;
  readonly findings: readonly LogFinding[];
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
  const none = { place: source.place, more: 0, unknownTypes: new Map(), idsForgotten: false, confirmed: 0 };
  const head = readHead(await source.readCheckpoint(), options.trustIn);
  if ('code' in head) return { ...none, ok: false, findings: [head] };
  const { checkpoint, trust } = head;
  const ids = new EventIds(options.remembered, options.seed);
  const limit = options.limit ?? 100;
  const entries = new EntryAudit(checkpoint.size, ids, limit);
  const seen = openSeen(options.seen ?? [], trust);
  const tree = await auditTree(checkpoint, source, {
    hash: nodeTreeHash,
    limit,
    sizes: seen.opened.map(({ size }) => size).filter((size) => size <= checkpoint.size),
    onEntry: (entry, index) => {
      entries.read(entry, index);
    },
    onProgress: (count) => options.onProgress?.(count, checkpoint.size),
    ...(options.ahead === undefined ? {} : { ahead: options.ahead }),
  });
  const isWhole = tree.findings.length === 0;
  const compared = await compareSeen(seen.opened, checkpoint.size, { roots: tree.roots, isWhole }, source);
  const findings = [...tree.findings, ...seen.findings, ...compared, ...entries.findings];
  return {
    ...none,
    ok: findings.length === 0,
    checkpoint,
    findings,
    more: tree.more + entries.more,
    unknownTypes: entries.unknownTypes,
    idsForgotten: ids.hasForgotten,
    confirmed: seen.opened.length - compared.length,
  };
}

function readHead(
  note: Uint8Array | undefined,
  trustIn: LogAuditOptions['trustIn'],
): { readonly checkpoint: OpenedCheckpoint; readonly trust: LogTrust } | LogFinding {
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
