import { CommanderError } from 'commander';
import { z } from 'zod';
import { ClientError } from '#client/client-error.js';
import type { Title } from '#exchange/names.js';
import { problems, type ProblemDetails } from '#exchange/problem.js';
import { ConfigError } from '#platform/config/config-error.js';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { printable, type Terminal } from './terminal.js';

const explained = z.object({ zh: z.string(), en: z.string() });

const commandMissing = { en: 'a command is missing: see --help', zh: '缺少命令：参见 --help' };

/** Tells what went wrong in one line, or as JSON, and says how to leave. Throws what is an error of ours. */
export function reportError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return reportUsage(error, terminal);
  if (error instanceof ClientError) {
    tell(terminal, error.code, reasonFor(error, terminal), error.problem);
    return exitCodeOf(error);
  }
  if (error instanceof CliError) {
    tell(terminal, error.code, terminal.say(error.told));
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    tell(terminal, error.code, error.message);
    return EXIT.usage;
  }
  throw error;
}

/** Help is what was asked for. What Commander did not understand it has told to people already, and to scripts not. */
function reportUsage({ exitCode, code, message }: CommanderError, terminal: Terminal): ExitCode {
  if (exitCode === 0) return EXIT.ok;
  if (terminal.isJson) {
    const isHelp = code === 'commander.help';
    tell(terminal, 'USAGE', isHelp ? terminal.say(commandMissing) : message.replace(/^error: /, ''));
  }
  return EXIT.usage;
}

/** A problem in the language of the terminal: its code, its title, what is wrong, and where in the request it is. */
export function describeProblem(problem: ProblemDetails, terminal: Terminal): string {
  const { code, errors = [] } = problem;
  const explanation = explanationOf(problem);
  const detail = explanation === undefined ? problem.detail : terminal.say(explanation);
  const places = errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return [code, terminal.say(problems[code].title), detail, places]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}

/** A denial is explained in both languages, while `detail` is in one. */
function explanationOf({ explanation }: ProblemDetails): Title | undefined {
  return explained.safeParse(explanation).data;
}

export function reasonFor(error: ClientError, terminal: Terminal): string {
  return error.problem === undefined ? error.message : describeProblem(error.problem, terminal);
}

function tell(terminal: Terminal, code: string, message: string, problem?: ProblemDetails): void {
  if (terminal.isJson) terminal.result({ error: { code, message, ...(problem === undefined ? {} : { problem }) } });
  else
    terminal.note(
      message
        .split('\n')
        .map((line) => `sluice: ${printable(line)}`)
        .join('\n'),
    );
}

function exitCodeOf({ code, problem }: ClientError): ExitCode {
  switch (code) {
    case 'REFUSED':
      return problem !== undefined && problem.status >= 500 ? EXIT.unreachable : EXIT.refused;
    case 'RELEASE_INVALID':
      return EXIT.refused;
    case 'NOT_PROVEN_YET':
      return EXIT.notProvenYet;
    case 'TRUST_UNREADABLE':
      return EXIT.usage;
    case 'UNREACHABLE':
    case 'ANSWER_UNREADABLE':
      return EXIT.unreachable;
  }
}
