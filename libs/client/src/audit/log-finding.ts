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
 * - `SEEN_UNDECIDED`: the log is so damaged that it cannot be compared with a checkpoint that somebody kept.
 * - `LOG_SHORTER`: the log once was larger than it is.
 * - `LOG_FORKED`: the log signed another history.
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
  | 'LOG_FORKED';

export interface LogFinding extends Omit<TreeFinding, 'code'> {
  readonly code: LogFindingCode;
  /** More about it, for people; in English. */
  readonly reason?: string;
  /** Of `EVENT_TWICE`: the entry that had the event first. */
  readonly first?: number;
  /** Of `LOG_SHORTER` and `LOG_FORKED`: the size of the checkpoint that somebody kept. */
  readonly size?: number;
}
