import type { TreeFinding, TreeFindingCode } from '#merkle/audit/tree-finding.js';

/**
 * What is wrong with a log, besides its tree.
 *
 * - `CHECKPOINT_MISSING`: the log shows none.
 * - `LOG_UNKNOWN`: the trust file has no key for it.
 * - `CHECKPOINT_REFUTED`: it is malformed, or a signature on it does not hold or is missing.
 * - `TOO_FEW_WITNESSES`: not as many witnesses cosigned the checkpoint as the trust file asks for.
 * - `ENTRY_INVALID`: an entry is not what its type's contract says.
 * - `EVENT_TWICE`: an event is in the log a second time.
 * - `SEEN_REFUTED`: a checkpoint that somebody kept is none of this log.
 * - `SEEN_UNDECIDED`: the log is so damaged that it cannot be compared with a checkpoint that somebody kept; or that is of
 *   a log that the list does not name, and nobody that is trusted signed it.
 * - `LOG_SHORTER`: the log once was larger than it is.
 * - `LOG_FORKED`: the log signed another history.
 *
 * Of a family of logs:
 *
 * - `LIST_MISSING`: there is no list of shards, or not a version of it that the root log has.
 * - `LIST_REFUTED`: it is malformed, or the family did not sign it.
 * - `LIST_ROLLED_BACK`: the root log has the digest of a newer one.
 * - `LIST_UNCOMMITTED`: the root log does not have its digest.
 * - `LIST_DIFFERS`: the root log has the digest of another list of its version.
 * - `LIST_UNLAWFUL`: a version says otherwise what the one before it said, or is not numbered by its changes.
 * - `SHARD_HIDDEN`: the root log, the trust file, a folder or somebody's checkpoint has a log that the list does not name.
 * - `SHARD_KEY_DIFFERS`: the trust file has another key for a log than the list.
 * - `SHARD_NOT_ROOTED`: the root log has nothing of a shard, or not the last head of one that is closed.
 * - `SHARD_NOT_FINAL`: a closed shard shows another head than its last.
 * - `ROOT_ENTRY_INVALID`: an entry of the root log is no note, or was not signed by whom it names.
 * - `ROOT_DISORDER`: a checkpoint or a list in the root log does not follow what is there of it before.
 */
export type LogFindingCode =
  | TreeFindingCode
  | 'CHECKPOINT_MISSING'
  | 'LOG_UNKNOWN'
  | 'CHECKPOINT_REFUTED'
  | 'TOO_FEW_WITNESSES'
  | 'ENTRY_INVALID'
  | 'EVENT_TWICE'
  | 'SEEN_REFUTED'
  | 'SEEN_UNDECIDED'
  | 'LOG_SHORTER'
  | 'LOG_FORKED'
  | 'LIST_MISSING'
  | 'LIST_REFUTED'
  | 'LIST_ROLLED_BACK'
  | 'LIST_UNCOMMITTED'
  | 'LIST_DIFFERS'
  | 'LIST_UNLAWFUL'
  | 'SHARD_HIDDEN'
  | 'SHARD_KEY_DIFFERS'
  | 'SHARD_NOT_ROOTED'
  | 'SHARD_NOT_FINAL'
  | 'ROOT_ENTRY_INVALID'
  | 'ROOT_DISORDER';

export interface LogFinding extends Omit<TreeFinding, 'code'> {
  readonly code: LogFindingCode;
  /** More about it, for people; in English. */
  readonly reason?: string;
  /** Of `LIST_UNLAWFUL`: the line of the list, from 1. */
  readonly line?: number;
  /** Of `EVENT_TWICE`: the entry that had the event first, in this log or in a shard that was looked through before it. */
  readonly first?: number;
  /** Of `LOG_SHORTER` and `LOG_FORKED`: the size of the checkpoint that somebody kept. Of a closed shard: its last. */
  readonly size?: number;
}
