/**
 * What can be wrong with bytes, text or a proof. `INVALID_…` means malformed or out of its range; the others mean that
 * something well formed does not hold.
 */
export type MerkleErrorCode =
  | 'INVALID_BASE64'
  | 'INVALID_BUNDLE'
  | 'INVALID_CHECKPOINT'
  | 'INVALID_FRONTIER'
  | 'INVALID_HASH'
  | 'INVALID_KEY'
  | 'INVALID_NOTE'
  | 'INVALID_PROOF'
  | 'INVALID_RANGE'
  | 'INVALID_REQUEST'
  | 'INVALID_SHARD_LIST'
  | 'INVALID_TILE'
  | 'ENTRY_TOO_LARGE'
  | 'ORIGIN_MISMATCH'
  | 'PROOF_REFUTED'
  | 'SIGNATURE_REFUTED'
  | 'SIGNATURE_MISSING'
  | 'TOO_FEW_WITNESSES';

/** The only error that this library throws by itself; a reader's or a signer's own errors pass through unchanged. */
export class MerkleError extends Error {
  override readonly name = 'MerkleError';

  constructor(
    readonly code: MerkleErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Parses a part: what is wrong with it is wrong with the whole, and goes by the whole's code. */
export function asPartOf<T>(code: MerkleErrorCode, whole: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MerkleError) || error.code === code) throw error;
    throw new MerkleError(code, `${whole}: ${error.message}`);
  }
}
