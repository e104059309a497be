import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SetupFailure, main } from '../setup/failure.mjs';
import { projectNode, root } from '../setup/paths.mjs';
import { run, withHeartbeat } from '../setup/run.mjs';

/** Of February 2026. */
const MINIO = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';
const KEYS = { AWS_ACCESS_KEY_ID: 'third-party', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };
const READY_MS = 30_000;

/** Runs the object store's suites against MinIO, which `go install` builds once. Resolves with the status of the tests. */
export async function checkMinio() {
  const program = await minio();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-minio-'));
  const [port, consolePort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const where = ['--address', address, '--console-address', `127.0.0.1:${consolePort}`, join(folder, 'data')];
  const environment = { MINIO_ROOT_USER: KEYS.AWS_ACCESS_KEY_ID, MINIO_ROOT_PASSWORD: KEYS.AWS_SECRET_ACCESS_KEY };
  const server = spawn(program, ['server', '--quiet', ...where], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  const orphaned = () => server.kill('SIGKILL');
  process.once('exit', orphaned);
  try {
    await untilReady(`http://${address}/minio/health/ready`, server);
    const jest = ['--experimental-vm-modules', join(root, 'node_modules', 'jest', 'bin', 'jest.js')];
    const suites = ['test/storage', '--runInBand', '--selectProjects', 'db', 'system'];
    const env = { ...process.env, ...KEYS, S3_SERVER: `http://${address}` };
    return await run(projectNode(), [...jest, ...suites], { env });
  } finally {
    orphaned();
    process.off('exit', orphaned);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function minio() {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    throw new SetupFailure('Go is missing on this machine: MinIO is built with it.');
  }
  const bin = join(root, 'test', '.servers', `minio-${MINIO.split('-').at(-1)}`);
  const program = join(bin, 'minio');
  if (existsSync(program)) return program;
  mkdirSync(bin, { recursive: true });
  const env = { ...process.env, GOBIN: bin };
  const status = await withHeartbeat('building MinIO', () => run('go', ['install', MINIO], { env }));
  if (status !== 0) throw new SetupFailure('MinIO could not be built: see above.');
  return program;
}

async function untilReady(url, server) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await globalThis.fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new SetupFailure('MinIO did not start.');
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(checkMinio);
