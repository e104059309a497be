import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import type { GoPrograms } from './go-programs.js';

/** The origin of a log that is none of Sluice. */
const ORIGIN = 'foreign.example/log';
const ASKS_MS = 60_000;

const answer = z.object({ what: z.string(), ok: z.boolean(), said: z.string() });

/** A log that is none of Sluice, and which a department's witness is to know: the Go program of scripts/third-party. */
export class ForeignLog {
  readonly origin = ORIGIN;
  readonly vkey: string;
  private readonly key: string;

  constructor(private readonly programs: GoPrograms) {
    const [key = '', vkey = ''] = this.run(['key', ORIGIN]);
    [this.key, this.vkey] = [key, vkey];
  }

  /** All that it asks of a witness that has seen nothing of it yet, each with what it was answered. `url`: the prefix. */
  ask(url: string, witness: string): readonly z.output<typeof answer>[] {
    return this.run(['ask', url, witness], this.key).map((line) => answer.parse(JSON.parse(line)));
  }

  private run(args: readonly string[], input = ''): readonly string[] {
    const run = spawnSync(this.programs.thirdParty, args, { input, encoding: 'utf8', timeout: ASKS_MS });
    if (run.status !== 0) throw new Error(`${args.join(' ')}: ${run.stdout}${run.stderr}`);
    return run.stdout.trimEnd().split('\n');
  }
}
