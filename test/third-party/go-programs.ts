import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const module = join(import.meta.dirname, '..', '..', 'scripts', 'third-party');
const FSCK = 'github.com/transparency-dev/tessera/cmd/fsck';

/** Programs that know nothing of Sluice, built from the versions that scripts/third-party pins, and a folder for their files. */
export class GoPrograms implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-third-party-'));
  /** Tessera's. */
  readonly fsck = join(this.folder, 'fsck');
  /** Of scripts/third-party. */
  readonly thirdParty = join(this.folder, 'third-party');

  /** Throws, saying what to do, where Go is missing or its modules cannot be had. */
  constructor() {
    try {
      this.build();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  private build(): void {
    const version = spawnSync('go', ['version'], { encoding: 'utf8' });
    if (version.error !== undefined) {
      throw new Error('Go is needed to run the verifiers of others, and is not on the PATH: install Go 1.26 or newer.');
    }
    const built = spawnSync('go', ['build', '-o', this.folder, '.', FSCK], { cwd: module, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`The verifiers cannot be built:\n${built.stderr}`);
  }
}
