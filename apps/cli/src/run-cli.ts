import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fetch } from '#client/http-call.js';
import { CommandBuilder } from './command-builder.js';
import { buildCommandLine } from './command-line.js';
import type { Context } from './context.js';
import type { ExitCode } from './exit-code.js';
import { languageOfArguments } from './language.js';
import { reportError } from './report-error.js';
import { readSettings } from './settings.js';
import { Terminal, type Stream } from './terminal.js';

/** What the process around the command line offers. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The project's folder. */
  readonly root: string;
  readonly folder: string;
  readonly out: Stream;
  readonly err: Stream;
  readonly readStdin: () => Promise<string>;
  readonly fetch: Fetch;
  readonly now: () => Date;
}

/** Runs one command line. Resolves with the process's exit code; throws only what is an error of ours. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { out, err, variables, root, ...rest } = surroundings;
  const json = args.includes('--json');
  const plain = new Terminal({ language: languageOfArguments(args) ?? 'en', json, out, err });
  try {
    const settings = readSettings(variables, root);
    const language = languageOfArguments(args) ?? settings.language;
    const terminal = new Terminal({ language, json, out, err });
    return await runWith({ ...rest, settings, terminal }, args, { out, err, root });
  } catch (error) {
    return reportError(error, plain);
  }
}

async function runWith(
  context: Context,
  args: readonly string[],
  { out, err, root }: Pick<Surroundings, 'out' | 'err' | 'root'>,
): Promise<ExitCode> {
  const builder = new CommandBuilder(context);
  try {
    const write = {
      out: (text: string) => void out.write(text),
      // Scripts are told by `reportError`, once.
      err: (text: string) => {
        if (!context.terminal.isJson) err.write(text);
      },
    };
    const program = buildCommandLine(builder, write, () => versionOf(root));
    await program.parseAsync(args, { from: 'user' });
    return builder.exitCode;
  } catch (error) {
    return reportError(error, context.terminal);
  } finally {
    context.terminal.clearProgress();
  }
}

function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
