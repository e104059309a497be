import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedError } from '#embedded/embedded-error.js';
import { LauncherError } from '../launcher-error.js';
import { readOptions } from '../options.js';
import { Terminal } from '../report/terminal.js';

/** dist/apps/launcher/src/home */
const root = join(import.meta.dirname, '..', '..', '..', '..', '..');

export interface HomeCommand {
  /** One line. Printed for `--help`, and below what is wrong with the arguments. */
  readonly usage: string;
  /** How many folders are named beside the home. */
  readonly folders: number;
}

/** What a program was started with. */
export interface Invocation {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

export interface HomeArguments {
  readonly help: boolean;
  readonly home: string;
  readonly folders: readonly string[];
}

/** `[FOLDER…] [--home FOLDER]`, and nothing else: some of these commands cannot be taken back. Throws USAGE. */
export function readHomeArguments(
  { usage, folders }: HomeCommand,
  { args, variables }: Pick<Invocation, 'args' | 'variables'>,
): HomeArguments {
  try {
    const options = { home: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (!values.help && positionals.length !== folders) {
      throw new Error(folders === 0 ? `${positionals.join(' ')}: nothing is named here` : 'name one folder');
    }
    const home = values.home === undefined ? [] : ['--home', values.home];
    return { help: values.help, home: readOptions(home, variables, root).home, folders: positionals };
  } catch (error) {
    throw new LauncherError('USAGE', `${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Runs a command on a whole home, given to `work` with the folders. What its reader can mend is told in words, with a status of 1. */
export async function runHomeCommand(
  command: HomeCommand,
  invocation: Invocation,
  work: (home: string, ...folders: string[]) => Promise<void>,
): Promise<void> {
  try {
    const { help, home, folders } = readHomeArguments(command, invocation);
    if (help) invocation.terminal.text(command.usage);
    else await work(home, ...folders);
  } catch (error) {
    if (!(error instanceof LauncherError || error instanceof EmbeddedError)) throw error;
    process.stderr.write(`\nsluice: ${error.message}\n`);
    process.exitCode = 1;
  }
}
