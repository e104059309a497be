import type { Title } from '#exchange/names.js';

/**
 * - `USAGE`: what was typed, or a file that was named, cannot be used.
 * - `FILE_UNREADABLE`, `FILE_UNWRITABLE`: a file that was named is not there, not ours, or there already.
 */
export type CliErrorCode = 'USAGE' | 'FILE_UNREADABLE' | 'FILE_UNWRITABLE';

/** A mistake that the person at the keyboard can mend, told to them in their language. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly code: CliErrorCode,
    readonly told: Title,
    options?: ErrorOptions,
  ) {
    super(told.en, options);
  }
}
