import { z } from 'zod';
import { departmentId, title } from '#exchange/names.js';
import { checkResources } from './check-resources.js';
import { fileResource, httpResource, sqlResource } from './department-resource.js';
import { filesSource, httpSource, mysqlSource, postgresSource } from './department-source.js';
import { forwardIssues } from '#platform/config/forward-issues.js';
import { unresolvedVariables } from './expand-variables.js';

const identity = z.strictObject({ id: departmentId, title });

function departmentOf<Source extends z.ZodType, Resource extends z.ZodType>(source: Source, resource: Resource) {
  return z.strictObject({ department: identity, source, resources: z.array(resource).min(1) });
}

const shapes = {
  postgres: departmentOf(postgresSource, sqlResource),
  mysql: departmentOf(mysqlSource, sqlResource),
  files: departmentOf(filesSource, fileResource),
  http: departmentOf(httpSource, httpResource),
};
type Kind = keyof typeof shapes;

/** A department as its file describes it. `kind` is the source's: it tells which shape the resources have. */
export type DepartmentConfig = { [K in Kind]: { kind: K } & z.output<(typeof shapes)[K]> }[Kind];

const kindOf = z.looseObject({
  source: z.looseObject({ kind: z.enum(Object.keys(shapes) as [Kind, ...Kind[]]) }),
});

/**
 * The schema of a department's YAML file, after `expandVariables`. Two passes, so that each error speaks of the kind of
 * source that was meant; then what no shape can say: names that must refer to each other.
 */
export const departmentConfig = z.unknown().transform((value, context): DepartmentConfig => {
  for (const issue of unresolvedVariables(value)) context.issues.push({ code: 'custom', input: value, ...issue });
  if (context.issues.length > 0) return z.NEVER;
  const kind = kindOf.safeParse(value);
  const result = kind.success ? parseAs(kind.data.source.kind, value) : kind;
  if (!result.success) {
    forwardIssues(result.error, context, value);
    return z.NEVER;
  }
  const config = result.data;
  for (const issue of checkResources(config)) context.issues.push({ code: 'custom', input: value, ...issue });
  return config;
});

type Parsed = { success: true; data: DepartmentConfig } | { success: false; error: z.ZodError };

function parseAs(kind: Kind, value: unknown): Parsed {
  switch (kind) {
    case 'postgres':
      return as('postgres', shapes.postgres.safeParse(value));
    case 'mysql':
      return as('mysql', shapes.mysql.safeParse(value));
    case 'files':
      return as('files', shapes.files.safeParse(value));
    case 'http':
      return as('http', shapes.http.safeParse(value));
  }
}

function as<K extends Kind, Config>(
  kind: K,
  result: { success: true; data: Config } | { success: false; error: z.ZodError },
) {
  return result.success ? { success: true as const, data: { kind, ...result.data } } : result;
}
