import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOrphaned, passwordFile, placeData } from './data-place.js';
import { EmbeddedError } from './embedded-error.js';
import { describeHolder, freePort, isPortFree } from './port-holder.js';
import { checkBinaries, postgresBinaries } from './postgres-binaries.js';
import { initialiseCluster } from './postgres-cluster.js';
import { serverArguments } from './postgres-settings.js';
import { isAlive, lastCommandLine, runningPostmaster, stopPostmaster } from './postmaster.js';
import { removeData } from './remove-postgres.js';
import { serverAccount } from './server-account.js';
import { waitUntil } from './wait-until.js';

export interface PostgresOptions {
  /** Made where it is missing. May end up elsewhere: see data-place.ts. */
  readonly dataDir: string;
  /** On 127.0.0.1. 0 takes any free port. */
  readonly port: number;
  /** Default: `<dataDir>.log`. Holds no statement and no value of a row. */
  readonly logFile?: string;
  /** Default 96. */
  readonly sharedBuffersMb?: number;
  /** Default 120. */
  readonly maxConnections?: number;
  /** Told of the steps that take long. */
  readonly say?: (line: string) => void;
}

export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** The superuser's connection to the database `postgres`. */
  readonly adminUrl: string;
  /** True where a server of an earlier start was still running and was taken over. */
  readonly reused: boolean;
  /** Resolves once the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  /** Nothing committed is lost. Safe to repeat. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/**
 * Starts the packaged PostgreSQL, or takes over the one that an earlier, killed start left running on the same folder.
 * It accepts connections when this resolves. It outlives this process: call `stop`. Throws EmbeddedError.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const account = serverAccount();
  const say = options.say ?? (() => undefined);
  const binaries = postgresBinaries(account, say);
  const orphaned = isOrphaned(options.dataDir, account);
  const dataDir = placeData(options.dataDir, account);
  if (orphaned && existsSync(dataDir)) {
    say(`removing ${dataDir}: the folder that it belonged to was deleted, and its password with it`);
    await removeData(dataDir);
  }
  const place = { dataDir, passwordFile: passwordFile(options.dataDir) };
  if (!existsSync(dataDir)) {
    checkBinaries(binaries, account);
    say(`creating the database folder ${dataDir}`);
  }
  const password = await initialiseCluster(place, binaries, account);
  const logFile = options.logFile ?? `${resolve(options.dataDir)}.log`;
  const start = async (port: number): Promise<ChildProcess | undefined> => {
    const args = serverArguments(dataDir, port, options);
    if (await takeOver(dataDir, [binaries.postgres, ...args], say)) return undefined;
    if (!(await isPortFree(port))) throw portTaken(port);
    const child = launch(binaries.postgres, args, logFile, account);
    await untilReady(dataDir, child, logFile);
    return child;
  };
  const wanted = options.port === 0 ? (runningPostmaster(dataDir)?.port ?? (await freePort())) : options.port;
  return describe(dataDir, password, await start(wanted));
}

/** True where the server that runs already is as wanted. One with other settings is stopped first. */
async function takeOver(dataDir: string, command: readonly string[], say: (line: string) => void): Promise<boolean> {
  const running = runningPostmaster(dataDir);
  if (running === undefined) return false;
  if (sameCommand(lastCommandLine(dataDir), command)) {
    say(`PostgreSQL of an earlier start still runs (pid ${String(running.pid)}): taken over`);
    if (await waitUntil(() => runningPostmaster(dataDir)?.ready ?? false, START_TIMEOUT_MS)) return true;
  }
  say(`stopping the PostgreSQL of an earlier start (pid ${String(running.pid)})`);
  await stopPostmaster(running.pid);
  return false;
}

/** postmaster.opts holds the program as it is and each argument in double quotes. */
function sameCommand(noted: string | undefined, [program, ...args]: readonly string[]): boolean {
  return noted === [program, ...args.map((argument) => `"${argument}"`)].join(' ');
}

/** In a session of its own, so that Ctrl-C reaches the launcher alone and services drain before their database goes. */
function launch(
  program: string,
  args: readonly string[],
  logFile: string,
  account?: { uid: number; gid: number },
): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(program, args, { ...account, cwd: '/', detached: true, stdio: ['ignore', log, log] });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(dataDir: string, child: ChildProcess, logFile: string): Promise<void> {
  const gone = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const ready = (): boolean => {
    const running = runningPostmaster(dataDir);
    return running !== undefined && running.pid === child.pid && running.ready;
  };
  // A program that cannot be run at all says so here, and has no pid.
  child.once('error', () => undefined);
  if ((await waitUntil(() => gone() || ready(), START_TIMEOUT_MS)) && !gone()) return;
  const lastLines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n  ');
  throw new EmbeddedError('START_FAILED', `PostgreSQL did not start. The end of ${logFile}:\n  ${lastLines}`);
}

function portTaken(port: number): EmbeddedError {
  return new EmbeddedError(
    'PORT_TAKEN',
    `Port ${String(port)} of 127.0.0.1 is held by ${describeHolder(port)}; PostgreSQL needs it. ` +
      'End that program, or choose other ports with --port-base.',
  );
}

function describe(dataDir: string, password: string, child: ChildProcess | undefined): PostgresServer {
  const running = runningPostmaster(dataDir);
  if (running === undefined) throw new EmbeddedError('START_FAILED', 'PostgreSQL ended right after its start.');
  const { pid, port } = running;
  return {
    pid,
    port,
    dataDir,
    adminUrl: `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`,
    reused: child === undefined,
    exited: exitOf(pid, child),
    stop: () => stopPostmaster(pid),
  };
}

/** A server that was taken over is not this process's child: it is looked at once a second. */
function exitOf(pid: number, child: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (child !== undefined) {
      child.once('exit', () => {
        resolve();
      });
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      return;
    }
    const look = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(look);
      resolve();
    }, 1000).unref();
  });
}
