import type { z } from 'zod';
import { CliError } from './cli-error.js';

/** What Commander gives for options, checked. Throws CliError USAGE. */
export function readFlags<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `--${kebab(path)}: ${message}`);
  throw new CliError('USAGE', { en: issues.join('\n'), zh: issues.join('\n') });
}

function kebab(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .join('.')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
