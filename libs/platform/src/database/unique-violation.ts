const UNIQUE_VIOLATION = '23505';

/** A row with this key is there already: nothing of the statement has happened. With `constraint`, of that key alone. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) return false;
  return constraint === undefined || ('constraint' in error && error.constraint === constraint);
}
