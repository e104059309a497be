import { MerkleError } from './merkle-error.js';

/** How many leaves a tree has, and its hash; a checkpoint is one. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Sizes and indices are plain numbers up to 2^53 - 1, enough for a million entries a second over 285 years, and no BigInt
 * slows the hot loops. Whatever is larger is refused rather than rounded.
 */
export function requireSize(size: number, what: string): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new MerkleError('INVALID_RANGE', `${what} ${size} is not a whole number between 0 and 2^53 - 1`);
  }
}

/** A decimal without leading zeros, as the C2SP texts write sizes and indices; undefined if it is not one. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Rounded down. A shift would cut the number to 32 bits. */
export function halve(value: number): number {
  return Math.floor(value / 2);
}
