import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { waitUntil } from '#embedded/wait-until.js';
import { freePorts } from '../support/free-port.js';

const root = join(import.meta.dirname, '..', '..');
const module = join(root, 'scripts', 'third-party', 'peers');
const servers = join(root, 'test', '.servers');
const TESSERA_SERVER = 'github.com/transparency-dev/tessera/cmd/conformance/posix';
const READY_MS = 20_000;

const result = z.object({ entries: z.number(), refused: z.number(), seconds: z.number() });

export interface PeerLoad {
  readonly seconds: number;
  /** Of an entry. */
  readonly bytes: number;
}

export interface PeerRate {
  readonly perSecond: number;
  /** The part of all calls that the peer turned down. */
  readonly refused: number;
}

/** The logs of others, in the versions that scripts/third-party/peers pins, built once for each state of it. */
export class GoPeers {
  private constructor(
    private readonly bin: string,
    /** For what peers store. */
    private readonly folder: string,
  ) {}

  /** Rejects, saying what to do, where Go is missing. Each peer is built when it is first asked for. */
  static async open(folder: string): Promise<GoPeers> {
    if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
      throw new Error('Go is needed to build the logs of others, and is not on the PATH: install Go 1.26 or newer.');
    }
    const bin = join(servers, `peers-${fingerprint()}`);
    await mkdir(bin, { recursive: true });
    return new GoPeers(bin, folder);
  }

  /** Tessera's POSIX storage in the process that adds: sequenced and durable, `batch` entries at once at the most. */
  async tesseraInProcess(load: PeerLoad, batch: number): Promise<PeerRate> {
    const program = await this.build('tessera', './tessera');
    const folder = mkdtempSync(join(this.folder, 'tessera-'));
    return run(program, [...flagsOf(load), '-folder', folder, '-batch', String(batch), '-writers', '2048']);
  }

  /** Tessera's own server on its POSIX storage, and 512 writers. */
  async tesseraOverHttp(load: PeerLoad): Promise<PeerRate> {
    const client = await this.build('tessera', './tessera');
    const program = await this.build('posix', TESSERA_SERVER);
    const folder = mkdtempSync(join(this.folder, 'tessera-http-'));
    const key = `${folder}.key`;
    spawnSync(client, ['-new-key', key], { stdio: 'inherit' });
    const [port = 0] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const flags = ['-storage_dir', folder, '-private_key', key, '-listen', address];
    const server = spawn(program, flags, { stdio: 'ignore' });
    const end = () => server.kill('SIGKILL');
    process.once('exit', end);
    try {
      await untilServed(`http://${address}/checkpoint`, server);
      return await run(client, [...flagsOf(load), '-url', `http://${address}/`, '-writers', '512']);
    } finally {
      process.off('exit', end);
      end();
    }
  }

  /** An immudb server and 100 clients, each of which sets one key after the other. */
  async immudbSets(load: PeerLoad): Promise<PeerRate> {
    const program = await this.build('immudb', './immudb');
    return run(program, [...flagsOf(load), '-folder', mkdtempSync(join(this.folder, 'immudb-')), '-clients', '100']);
  }

  private async build(name: string, source: string): Promise<string> {
    const program = join(this.bin, name);
    if (existsSync(program)) return program;
    console.error(`  building ${name}: some minutes, once`);
    const draft = mkdtempSync(join(this.bin, 'build-'));
    try {
      const go = spawn('go', ['build', '-o', join(draft, name), source], {
        cwd: module,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const status = await new Promise((resolve) => go.once('exit', resolve));
      if (status !== 0) throw new Error(`${name} could not be built: see above`);
      renameSync(join(draft, name), program);
    } finally {
      rmSync(draft, { recursive: true });
    }
    return program;
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(module, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(go|mod|sum)$/.test(file)) hash.update(`${file}\0`).update(readFileSync(join(module, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

function flagsOf({ seconds, bytes }: PeerLoad): string[] {
  return ['-seconds', String(seconds), '-bytes', String(bytes)];
}

/** Rejects where the program fails. The last line that it prints is its result. */
async function run(program: string, args: readonly string[]): Promise<PeerRate> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const status = await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', end);
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}:\n${said.err.slice(-2000)}`);
  const line: unknown = JSON.parse(said.out.trimEnd().split('\n').at(-1) ?? '');
  const { entries, refused, seconds } = result.parse(line);
  return { perSecond: entries / seconds, refused: refused / Math.max(1, entries + refused) };
}

async function untilServed(url: string, server: ChildProcess): Promise<void> {
  const isServed = async () => server.exitCode !== null || (await fetch(url).catch(() => undefined))?.ok === true;
  if (!(await waitUntil(isServed, READY_MS)) || server.exitCode !== null) throw new Error('the server did not start');
}
