/**
 * `FENCED`: a newer writer has taken the shard over. `ORIGIN_CHANGED`: the database's shard has another name.
 * `PUBLISHED_AHEAD` and `PUBLISHED_DIFFERS`: what the world was shown is more than, or other than, what the database holds.
 * `TILE_DIFFERS` and `TILE_MISSING`: stored bytes are not those of the tree, or not there. `CHECKPOINT_TAKEN`: another head
 * of that size was signed, or another list of that version. `CHECKPOINT_FOREIGN`: a stored checkpoint does not verify by
 * the log's key. `BATCH_DAMAGED`: what the database holds of a batch is not what was sequenced. `UNSETTLED`: a batch could
 * not be placed. `SHARD_UNKNOWN`: events come for a partition that this ledger was not told of. `SHARD_CLOSED`: the shard
 * that took them was closed a moment ago. `STORE_UNAVAILABLE`: the object store of the tiles did not answer in time, or
 * fails. `STORE_REFUSED`: it refuses, for its rights or its settings. `STORE_UNSUITABLE`: it does not honour conditional
 * writes, and two ledgers could show two histories in it. `QUORUM_MISSING`: too few witnesses have cosigned.
 * `WITNESS_AHEAD` and `WITNESS_DISAGREES`: one proves that the log signed more than, or other than, what the database
 * holds. `INDEX_DAMAGED`: events that were sequenced are missing from the table that tells which ones were.
 * `RECONCILIATION_DAMAGED`: the reconciler's tables do not hold what it has left there.
 */
export type LedgerErrorCode =
  | 'FENCED'
  | 'ORIGIN_CHANGED'
  | 'PUBLISHED_AHEAD'
  | 'PUBLISHED_DIFFERS'
  | 'TILE_DIFFERS'
  | 'TILE_MISSING'
  | 'CHECKPOINT_TAKEN'
  | 'CHECKPOINT_FOREIGN'
  | 'BATCH_DAMAGED'
  | 'UNSETTLED'
  | 'SHARD_UNKNOWN'
  | 'SHARD_CLOSED'
  | 'STORE_UNAVAILABLE'
  | 'STORE_REFUSED'
  | 'STORE_UNSUITABLE'
  | 'QUORUM_MISSING'
  | 'WITNESS_AHEAD'
  | 'WITNESS_DISAGREES'
  | 'INDEX_DAMAGED'
  | 'RECONCILIATION_DAMAGED';

/** What a retry can mend; after every other error the shard must not go on, or it might show two histories. */
const passing: ReadonlySet<LedgerErrorCode> = new Set([
  'UNSETTLED',
  'SHARD_UNKNOWN',
  'SHARD_CLOSED',
  'STORE_UNAVAILABLE',
  'STORE_REFUSED',
  'QUORUM_MISSING',
]);

export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }

  get isFinal(): boolean {
    return !passing.has(this.code);
  }
}
