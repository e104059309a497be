import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { ServerAccount } from './server-account.js';

export interface ClusterPlace {
  readonly dataDir: string;
  /** Holds the password of the server's superuser. */
  readonly passwordFile: string;
}

/**
 * Makes the data folder, once: UTF-8, locale C, checksums on every page, scram-sha-256 for everyone. Made beside its
 * place and then moved there, so that a start that is killed half-way leaves no half cluster. Returns the password.
 */
export async function initialiseCluster(
  place: ClusterPlace,
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<string> {
  if (existsSync(join(place.dataDir, 'PG_VERSION'))) return storedPassword(place);
  const parent = dirname(place.dataDir);
  mkdirSync(parent, { recursive: true });
  clearRemains(place.dataDir);
  const password = randomBytes(24).toString('base64url');
  writeFileSync(place.passwordFile, password, { mode: 0o600 });
  const building = `${place.dataDir}.building-${String(process.pid)}`;
  mkdirSync(building, { mode: 0o700 });
  if (account !== undefined) chownSync(building, account.uid, account.gid);
  await runInitdb(building, password, binaries, account);
  renameSync(building, place.dataDir);
  return password;
}

function storedPassword(place: ClusterPlace): string {
  if (existsSync(place.passwordFile)) return readFileSync(place.passwordFile, 'utf8').trim();
  throw new EmbeddedError(
    'PASSWORD_LOST',
    `The database in ${place.dataDir} is there, its password file ${place.passwordFile} is gone. ` +
      'Put the file back, or start afresh with: npm run reset',
  );
}

function clearRemains(dataDir: string): void {
  const prefix = `${basename(dataDir)}.building-`;
  for (const name of readdirSync(dirname(dataDir))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(dataDir), name), { recursive: true, force: true });
  }
}

async function runInitdb(
  dataDir: string,
  password: string,
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<void> {
  // initdb reads the password from a file only; the server's account must be able to read it.
  const pwfile = `${dataDir}.pw`;
  writeFileSync(pwfile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (account !== undefined) chownSync(pwfile, account.uid, account.gid);
  const flags = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${pwfile}`];
  const form = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--no-instructions'];
  try {
    await run(binaries.initdb, [`--pgdata=${dataDir}`, ...flags, ...form], account);
  } finally {
    rmSync(pwfile, { force: true });
  }
}

async function run(program: string, args: readonly string[], account: ServerAccount | undefined): Promise<void> {
  const child = spawn(program, args, { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return;
  throw new EmbeddedError(
    'INIT_FAILED',
    `PostgreSQL could not create its data folder: ${complaint.trim().slice(-600)}`,
  );
}
