/** Configuration that cannot be used. The message names the place and says what is wrong there: it is for an operator's eyes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly code: 'UNREADABLE' | 'SYNTAX' | 'SCHEMA',
    message: string,
  ) {
    super(message);
  }
}
