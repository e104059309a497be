export type PrivacyErrorCode =
  /** The transform is not one for the field's type: an agreement that says so should never have been taken. */
  | 'TRANSFORM_UNFIT'
  /** The value is not written as its type demands. */
  | 'VALUE_UNFIT'
  /** The field may not be released in any form. */
  | 'FIELD_OMITTED'
  /** The secret behind pseudonyms could be guessed. */
  | 'SECRET_TOO_SHORT';

/** Its message never holds a value: it is logged. */
export class PrivacyError extends Error {
  override readonly name = 'PrivacyError';

  constructor(
    readonly code: PrivacyErrorCode,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}
