import { execFileSync } from 'node:child_process';
import { EmbeddedError } from './embedded-error.js';

/** Whom the server runs as. PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * Undefined where this process is not root: the server then runs as whoever started it. As root, the system's `postgres`
 * account, which is made where there is none.
 */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp() ?? create();
}

function lookUp(): ServerAccount | undefined {
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return undefined;
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number.parseInt(
    execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    10,
  );
}

function create(): ServerAccount {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME], {
      stdio: 'ignore',
    });
  } catch {
    // Judged below by its effect: another process may have made the account meanwhile.
  }
  const account = lookUp();
  if (account !== undefined) return account;
  throw new EmbeddedError(
    'ACCOUNT_MISSING',
    `PostgreSQL does not run as root, and the system account "${NAME}" could not be created. ` +
      'Start as another user, create that account, or set DATABASE_URL to a server of yours.',
  );
}
