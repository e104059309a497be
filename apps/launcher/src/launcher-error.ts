export type LauncherErrorCode =
  | 'USAGE'
  | 'HOME_FOREIGN'
  | 'HOME_DAMAGED'
  | 'ALREADY_RUNNING'
  | 'PORT_TAKEN'
  | 'SERVICE_FAILED'
  | 'SEED_FAILED'
  | 'REGISTRATION_FAILED'
  | 'SAMPLE_FAILED'
  | 'INTERRUPTED'
  | 'BACKUP_REFUSED'
  | 'BACKUP_DAMAGED';

/** Something that the reader can mend, told in words; it is printed without a stack. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError';

  constructor(
    readonly code: LauncherErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
