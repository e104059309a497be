import { CliError } from '../cli-error.js';

/** Otherwise it is a file's or a folder's name. Throws USAGE for one that begins like a URL and is none. */
export function isUrl(name: string): boolean {
  if (!/^https?:\/\//.test(name)) return false;
  if (URL.canParse(name)) return true;
  throw new CliError('USAGE', { en: `${name}: no URL`, zh: `${name}：不是有效的 URL` });
}
