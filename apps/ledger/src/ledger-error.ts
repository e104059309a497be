/**
 * `FENCED`: a newer writer has taken the shard over. `ORIGIN_CHANGED`: the database's shard has another name.
 * `PUBLISHED_AHEAD` and `PUBLISHED_DIFFERS`: what the world was shown is more than, or other than, what the database
 * holds. `TILE_DIFFERS`: stored bytes are not those of the tree. `CHECKPOINT_TAKEN`: another head of that size was signed.
 * `BATCH_DAMAGED`: a batch's stored bytes are not its entries. `UNSETTLED`: a batch could not be placed; try it again.
 */
export type LedgerErrorCode =
  | 'FENCED'
  | 'ORIGIN_CHANGED'
  | 'PUBLISHED_AHEAD'
  | 'PUBLISHED_DIFFERS'
  | 'TILE_DIFFERS'
  | 'CHECKPOINT_TAKEN'
  | 'CHECKPOINT_FOREIGN'
  | 'BATCH_DAMAGED'
  | 'UNSETTLED';

/** What a retry can mend; after every other error the shard must not go on, or it might show two histories. */
const passing: ReadonlySet<LedgerErrorCode> = new Set(['UNSETTLED']);

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
