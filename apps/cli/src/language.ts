import type { Title } from '#exchange/names.js';

export type Language = keyof Title;
export const languages = ['zh', 'en'] as const satisfies readonly Language[];

export interface LocaleVariables {
  readonly LC_ALL?: string | undefined;
  readonly LC_MESSAGES?: string | undefined;
  readonly LANG?: string | undefined;
}

/** POSIX: the first of the three that is set decides. Chinese where it says so, English for the rest of the world. */
export function languageOfLocale({ LC_ALL, LC_MESSAGES, LANG }: LocaleVariables): Language {
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((one) => one !== undefined && one !== '') ?? '';
  return /^zh(?:[_.@-]|$)/i.test(locale) ? 'zh' : 'en';
}

/** `--lang` is needed before the arguments are parsed, since the help is written in it. */
export function languageOfArguments(args: readonly string[]): Language | undefined {
  const at = args.findIndex((one) => one === '--lang' || one.startsWith('--lang='));
  const value = args[at]?.includes('=') === true ? args[at].slice('--lang='.length) : args[at + 1];
  return at < 0 ? undefined : languages.find((one) => one === value);
}
