import type { z } from 'zod';
import { ConfigError } from './config-error.js';

/** Parses the environment once. Throws a ConfigError that names each variable that is missing or wrong. */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(all)'}: ${issue.message}`);
  throw new ConfigError('SCHEMA', `the environment is not complete:\n${lines.join('\n')}`);
}
