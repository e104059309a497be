const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` in every string value (not in keys) by the variable's value. A variable that is not set is left as
 * it stands: the schema reports it with its place in the file.
 */
export function expandVariables(value: unknown, variables: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (written, name: string) => variables[name] ?? written);
  }
  if (Array.isArray(value)) return value.map((item) => expandVariables(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandVariables(item, variables)]));
}

export interface ConfigIssue {
  readonly path: PropertyKey[];
  readonly message: string;
}

export function unresolvedVariables(value: unknown, path: readonly PropertyKey[] = []): ConfigIssue[] {
  if (typeof value === 'string') {
    return [...value.matchAll(VARIABLE)].map(([, name]) => ({
      path: [...path],
      message: `the environment variable ${name ?? ''} is not set`,
    }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    unresolvedVariables(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
