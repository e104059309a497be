import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/** SQLSTATEs of connections, of a server without room, one that is told to end or ends, and one that cannot read its disk. */
const AWAY = /^(?:08|53|57|58)/;
/** object_not_in_prerequisite_state: also of a database that takes no connections. */
const TAKES_NONE = '55000';
/** What the driver and the system say of connections; the driver has no code for most. */
const UNCONNECTED = /^(?:ECONN|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)/;
const DRIVER_SAYS = /^(?:Connection terminated|timeout exceeded when trying to connect)/;

/**
 * Whether this error says that a database is away, full or too slow, rather than that something is wrong with what it was
 * asked: the same may be asked again.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = textIn(error, 'code');
  if (error instanceof DatabaseError || error instanceof QueryFailedError) {
    // Without an SQLSTATE nobody has judged the statement: the connection broke under it.
    return code === '' || code === TAKES_NONE || AWAY.test(code) || UNCONNECTED.test(code);
  }
  return UNCONNECTED.test(code) || DRIVER_SAYS.test(textIn(error, 'message'));
}

function textIn(error: unknown, member: 'code' | 'message'): string {
  if (typeof error !== 'object' || error === null) return '';
  const { [member]: text } = error as { readonly [member]?: unknown };
  return typeof text === 'string' ? text : '';
}
