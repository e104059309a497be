import { MerkleError, type MerkleErrorCode } from '../src/merkle-error.js';

/** The code of the MerkleError that this throws; `nothing` if it returns, and any other error passes through. */
export function codeOf(action: () => unknown): MerkleErrorCode | 'nothing' {
  try {
    action();
    return 'nothing';
  } catch (error) {
    if (error instanceof MerkleError) return error.code;
    throw error;
  }
}

/** The same for a promise. */
export async function codeOfPromise(action: Promise<unknown>): Promise<MerkleErrorCode | 'nothing'> {
  try {
    await action;
    return 'nothing';
  } catch (error) {
    if (error instanceof MerkleError) return error.code;
    throw error;
  }
}
