import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AskedWitnesses } from '#client/ledger-client.js';
import type { GoPrograms } from './go-programs.js';

/** With few workers fsck waits for ever on some damage: then it has not accepted the log either. */
const FSCK_ENDS_MS = 60_000;

export interface Verdict {
  readonly accepted: boolean;
  /** What the tool said last. */
  readonly said: string;
}

/** Whose code checks the cosignatures: that of scripts/third-party on x/mod, or transparency-dev/formats. */
export type CosignaturesBy = 'x/mod' | 'formats';

/** The verdicts of others on one log. */
export class GoTools {
  private readonly folder: string;
  private readonly keyFile: string;

  /** `asked`: whose cosignatures x/mod requires. To fsck they are signatures of strangers. */
  constructor(
    private readonly programs: GoPrograms,
    private readonly vkey: string,
    private readonly asked: AskedWitnesses,
  ) {
    this.folder = mkdtempSync(join(programs.folder, 'log-'));
    this.keyFile = join(this.folder, 'vkey');
    writeFileSync(this.keyFile, `${vkey}\n`);
    const vkeys = asked.witnesses.flatMap(({ keys }) => keys.map((key) => key.vkey));
    writeFileSync(this.witnessesFile, `${vkeys.join('\n')}\n`);
  }

  /** Tessera's check of a whole log. It exits with 0 whatever it finds: only its word that all `size` entries hold counts. */
  fsck(storage: string, size: number): Verdict {
    const flags = [`--storage_url=${storage}`, `--public_key=${this.keyFile}`, '--ui=false', '--N=8'];
    const run = spawnSync(this.programs.fsck, flags, { encoding: 'utf8', timeout: FSCK_ENDS_MS });
    const said = lastLine(run.stderr);
    return { accepted: said.includes(`Successfully fsck'd log with size ${size} and root `), said };
  }

  /** Every leaf, node, tile and the checkpoint by golang.org/x/mod/sumdb. `least`: how many entries the log had before. */
  log(folder: string, least: number): Verdict {
    return this.verify('-least', String(least), 'log', folder);
  }

  /** A tlog-proof of an entry by golang.org/x/mod/sumdb. */
  proof(proof: string, entry: string, by: CosignaturesBy = 'x/mod'): Verdict {
    return this.verify(...flagsOf(by), 'proof', this.fileOf('proof', proof), this.fileOf('entry', entry));
  }

  /** A signed note of a checkpoint by golang.org/x/mod/sumdb. */
  checkpoint(note: string, by: CosignaturesBy = 'x/mod'): Verdict {
    return this.verify(...flagsOf(by), 'checkpoint', this.fileOf('checkpoint', note));
  }

  private get witnessesFile(): string {
    return join(this.folder, 'witnesses');
  }

  private fileOf(name: string, content: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  private verify(...args: readonly string[]): Verdict {
    const { quorum } = this.asked;
    const trust = ['-vkey', this.vkey, '-witnesses', this.witnessesFile, '-quorum', String(quorum)];
    const run = spawnSync(this.programs.thirdParty, [...trust, ...args], { encoding: 'utf8' });
    const said = lastLine(run.stdout);
    return { accepted: run.status === 0 && said.startsWith('accepted: '), said };
  }
}

function flagsOf(by: CosignaturesBy): readonly string[] {
  return by === 'formats' ? ['-formats'] : [];
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  // Tessera writes whole tiles.
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
