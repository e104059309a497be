import { Command, Option } from 'commander';
import type { Title } from '#exchange/names.js';
import type { Context } from './context.js';
import type { ExitCode } from './exit-code.js';
import { languages } from './language.js';

export interface CommandText {
  readonly summary: Title;
  /** Command lines that run as they stand after `npm start`. */
  readonly examples: readonly string[];
}

/** What a command does. Its module is loaded only when it runs, so that every other command starts without it. */
export type Run = (context: Context, args: readonly string[], options: unknown) => Promise<ExitCode>;

const headings: Readonly<Record<string, Title>> = {
  'Usage:': { en: 'Usage:', zh: '用法：' },
  'Arguments:': { en: 'Arguments:', zh: '参数：' },
  'Options:': { en: 'Options:', zh: '选项：' },
  'Global Options:': { en: 'Options of every command:', zh: '通用选项：' },
  'Commands:': { en: 'Commands:', zh: '命令：' },
};

const examplesHeading: Title = { en: 'Examples:', zh: '示例：' };

/** Makes commands whose help speaks the chosen language, and remembers how the one that ran wants to leave. */
export class CommandBuilder {
  exitCode: ExitCode = 0;

  constructor(private readonly context: Context) {}

  say(title: Title): string {
    return this.context.terminal.say(title);
  }

  program(text: CommandText, write: { out: (text: string) => void; err: (text: string) => void }): Command {
    const program = new Command('sluice')
      .exitOverride()
      .configureOutput({ writeOut: write.out, writeErr: write.err })
      .configureHelp({
        showGlobalOptions: true,
        styleTitle: (title) => this.say(headings[title] ?? { en: title, zh: title }),
      })
      .helpCommand('help [command]', this.say({ en: 'what a command does', zh: '显示命令帮助' }))
      .option('--json', this.say({ en: 'results as JSON, for scripts', zh: '以 JSON 输出结果，供脚本使用' }))
      .addOption(
        new Option('--lang <language>', this.say({ en: 'language of the output', zh: '输出语言' })).choices(languages),
      );
    return this.describe(program, text);
  }

  /** Adds a command under `parent`. `nameAndArguments` as Commander reads it. */
  add(parent: Command, nameAndArguments: string, text: CommandText, run?: Run): Command {
    const command = this.describe(parent.command(nameAndArguments), text);
    if (run === undefined) return command;
    return command.action(async () => {
      this.exitCode = await run(this.context, command.args, command.opts());
    });
  }

  private describe(command: Command, { summary, examples }: CommandText): Command {
    const lines = examples.map((example) => `  ${example}`).join('\n');
    return command
      .description(this.say(summary))
      .helpOption('-h, --help', this.say({ en: 'this text', zh: '显示本帮助' }))
      .addHelpText('after', `\n${this.say(examplesHeading)}\n${lines}`);
  }
}
