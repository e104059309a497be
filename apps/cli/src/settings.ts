import { join, resolve } from 'node:path';
import { z } from 'zod';
import { httpUrl } from '#platform/config/urls.js';
import { CliError } from './cli-error.js';
import { languageOfLocale, type Language } from './language.js';

const filled = z.string().min(1).optional();
const environment = z.object({
  SLUICE_HOME: filled,
  SLUICE_GATEWAY: httpUrl.optional(),
  SLUICE_LEDGER: httpUrl.optional(),
  SLUICE_KEY: filled,
  SLUICE_OPERATOR_KEY: filled,
  SLUICE_TRUST: filled,
  LC_ALL: z.string().optional(),
  LC_MESSAGES: z.string().optional(),
  LANG: z.string().optional(),
});

/** What holds where no option says otherwise. The files need not exist. */
export interface Settings {
  readonly home: string;
  readonly gateway: string;
  readonly ledger: string;
  /** The key that asks. */
  readonly key: string;
  /** The key that administers. */
  readonly operatorKey: string;
  readonly trust: string;
  readonly language: Language;
}

/** `root`: the project's folder, which holds the demonstration's home unless told otherwise. Throws CliError USAGE. */
export function readSettings(variables: Readonly<Record<string, string | undefined>>, root: string): Settings {
  const result = environment.safeParse(variables);
  if (!result.success) {
    const reason = z.prettifyError(result.error);
    throw new CliError('USAGE', { en: `the environment: ${reason}`, zh: `环境变量：${reason}` });
  }
  const env = result.data;
  const home = resolve(env.SLUICE_HOME ?? join(root, '.sluice'));
  return {
    home,
    gateway: env.SLUICE_GATEWAY ?? 'http://127.0.0.1:8800',
    ledger: env.SLUICE_LEDGER ?? 'http://127.0.0.1:8801',
    key: env.SLUICE_KEY ?? join(home, 'keys', 'housing--eligibility.jwk.json'),
    operatorKey: env.SLUICE_OPERATOR_KEY ?? join(home, 'keys', 'operator.jwk.json'),
    trust: env.SLUICE_TRUST ?? join(home, 'trust.json'),
    language: languageOfLocale(env),
  };
}
