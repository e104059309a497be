export type EmbeddedErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'BINARIES_MISSING'
  | 'ACCOUNT_MISSING'
  | 'NO_TRAVERSABLE_FOLDER'
  | 'PORT_TAKEN'
  | 'INIT_FAILED'
  | 'START_FAILED'
  | 'STOP_FAILED'
  | 'PASSWORD_LOST'
  | 'DATA_THERE';

/** Each message says what is wrong and what the reader can do about it. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
