import { refuseRewriting, refuseSuccession } from '#merkle/list-succession.js';
import { shardListPath } from '#merkle/log-paths.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import type { NoteKey } from '#merkle/note-key.js';
import { listDigest, type ListDigest } from '#merkle/root-entry.js';
import { openShardList, type ShardList } from '#merkle/shard-list.js';
import type { FamilySource } from './family-source.js';
import type { LogFinding } from './log-finding.js';

/** The digest of a list, as a root log has it. */
export interface EnteredDigest extends ListDigest {
  readonly entry: number;
}

export interface ListsAudit {
  readonly findings: readonly LogFinding[];
  /** How many versions were held against the one before, the first one against none. */
  readonly compared: number;
  /** How many were not looked at, after so many findings that it was given up. */
  readonly left: number;
}

interface ListsAuditOptions {
  readonly family: NoteKey;
  /** How many findings are enough. */
  readonly limit: number;
  readonly onProgress?: ((read: number, of: number) => void) | undefined;
}

/**
 * Reads every version of a list that the root log has, in their order, and holds each against the one before that could be
 * believed. `digests`: by version. One list is in memory at a time, and each is asked for once.
 */
export async function auditLists(
  digests: readonly EnteredDigest[],
  source: Pick<FamilySource, 'readList'>,
  { family, limit, onProgress }: ListsAuditOptions,
): Promise<ListsAudit> {
  const findings: LogFinding[] = [];
  let before: ShardList | undefined;
  // Whether that is the one just before: a list that is not known may have added what the next one closes.
  let isNext = true;
  let [read, compared] = [0, 0];
  for (const digest of digests) {
    if (findings.length >= limit) break;
    const opened = openVersion(await source.readList(digest.version), digest, family);
    read += 1;
    onProgress?.(read, digests.length);
    if ('code' in opened) findings.push(opened);
    else {
      findings.push(...checkSuccession(before, opened, digest, isNext ? refuseSuccession : refuseRewriting));
      before = opened;
      compared += 1;
    }
    isNext = !('code' in opened);
  }
  return { findings, compared, left: digests.length - read };
}

function openVersion(
  note: Uint8Array | undefined,
  { version, digest, entry }: EnteredDigest,
  family: NoteKey,
): ShardList | LogFinding {
  const path = shardListPath(version);
  if (note === undefined) {
    return { code: 'LIST_MISSING', path, reason: `the root log has its digest in entry ${entry}` };
  }
  // What was cut off because it never ended is another one, too.
  if (Buffer.compare(digest, listDigest(note)) !== 0) {
    return { code: 'LIST_DIFFERS', path, reason: `version ${version}` };
  }
  try {
    return openShardList(note, family, nodeVerify);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { code: 'LIST_REFUTED', path, reason: error.message };
  }
}

function checkSuccession(
  before: ShardList | undefined,
  list: ShardList,
  { version }: EnteredDigest,
  refuse: typeof refuseSuccession,
): LogFinding[] {
  const other = { line: 3, reason: `version ${list.version} where the root log has version ${version}` };
  const refusal = list.version === version ? refuse(before, list) : other;
  return refusal === undefined ? [] : [{ code: 'LIST_UNLAWFUL', path: shardListPath(version), ...refusal }];
}
