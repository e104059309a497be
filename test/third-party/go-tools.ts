import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const module = join(import.meta.dirname, '..', '..', 'scripts', 'third-party');
const FSCK = 'github.com/transparency-dev/tessera/cmd/fsck';
/** With few workers fsck waits for ever on some damage: then it has not accepted the log either. */
const FSCK_ENDS_MS = 60_000;

export interface Verdict {
  readonly accepted: boolean;
  /** What the tool said last. */
  readonly said: string;
}

/** Verifiers that others wrote, built from the versions that scripts/third-party pins. */
export class GoTools implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'sluice-third-party-'));
  private readonly keyFile = join(this.folder, 'vkey');

  /** Throws, saying what to do, where Go is missing or its modules cannot be had. */
  constructor(private readonly vkey: string) {
    const version = spawnSync('go', ['version'], { encoding: 'utf8' });
    if (version.error !== undefined) {
      throw new Error('Go is needed to run the verifiers of others, and is not on the PATH: install Go 1.26 or newer.');
    }
    const built = spawnSync('go', ['build', '-o', this.folder, '.', FSCK], { cwd: module, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`The verifiers cannot be built:\n${built.stderr}`);
    writeFileSync(this.keyFile, `${vkey}\n`);
  }

  /** Tessera's check of a whole log. It exits with 0 whatever it finds: only its word that all `size` entries hold counts. */
  fsck(storage: string, size: number): Verdict {
    const flags = [`--storage_url=${storage}`, `--public_key=${this.keyFile}`, '--ui=false', '--N=8'];
    const run = spawnSync(join(this.folder, 'fsck'), flags, { encoding: 'utf8', timeout: FSCK_ENDS_MS });
    const said = lastLine(run.stderr);
    return { accepted: said.includes(`Successfully fsck'd log with size ${size} and root `), said };
  }

  /** Every leaf, node, tile and the checkpoint by golang.org/x/mod/sumdb. `least`: how many entries the log had before. */
  log(folder: string, least: number): Verdict {
    return this.verify('-least', String(least), 'log', folder);
  }

  /** A tlog-proof of an entry by golang.org/x/mod/sumdb. */
  proof(proof: string, entry: string): Verdict {
    const [proofFile, entryFile] = [join(this.folder, 'proof'), join(this.folder, 'entry')];
    writeFileSync(proofFile, proof);
    writeFileSync(entryFile, entry);
    return this.verify('proof', proofFile, entryFile);
  }

  private verify(...args: readonly string[]): Verdict {
    const run = spawnSync(join(this.folder, 'third-party'), ['-vkey', this.vkey, ...args], { encoding: 'utf8' });
    const said = lastLine(run.stdout);
    return { accepted: run.status === 0 && said.startsWith('accepted: '), said };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  // Tessera writes whole tiles.
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
