import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { condition, legalBasis } from '#exchange/exchange-request.js';
import { algorithms } from '#exchange/keys.js';
import { departmentId, fieldName, purposeCode, resourceId, systemId, title } from '#exchange/names.js';
import { problemCode } from '#exchange/problem.js';
import { loadYaml } from '#platform/config/load-yaml.js';
import { agreement, type Agreement } from '#policy/agreement.js';
import { field, resource } from '#policy/resource.js';

const systems = z.strictObject({
  systems: z.array(z.strictObject({ id: systemId, title, algorithm: z.enum(algorithms) })),
});
export type SystemDescription = z.output<typeof systems>['systems'][number];

/** What of a department's file is to be published. The rest is its adapter's own: where the data lie, what columns are called. */
const department = z.object({
  department: z.strictObject({ id: departmentId, title }),
  resources: z.array(z.object({ ...resource.shape, fields: z.record(fieldName, z.object(field.shape)) })),
});
export type DepartmentDescription = z.output<typeof department>;

const question = {
  title,
  resource: resourceId,
  purpose: purposeCode.optional(),
  select: z.array(fieldName).min(1),
  where: z.array(condition),
};

/** The sample task: what is asked, and what is tried and must be refused. */
const jointCheck = z.strictObject({
  system: systemId,
  purpose: purposeCode,
  basis: legalBasis,
  case: z.string(),
  officer: z.string(),
  applicant: z.string(),
  asks: z.array(z.strictObject(question)).min(1),
  attempts: z.array(
    z.strictObject({
      ...question,
      /** `again`: the same signed request a second time. `forged`: with a signature that is not over it. */
      sent: z.enum(['once', 'again', 'forged']).default('once'),
      refused: problemCode,
    }),
  ),
});
export type JointCheck = z.output<typeof jointCheck>;

export interface DemoFiles {
  readonly departments: readonly DepartmentDescription[];
  readonly agreements: readonly Agreement[];
  readonly systems: readonly SystemDescription[];
  readonly jointCheck: JointCheck;
}

/** Reads `deploy/demo`. Throws ConfigError, which names file, line and field. */
export function readDemoFiles(folder: string): DemoFiles {
  const all = <Schema extends z.ZodType>(kind: string, schema: Schema): z.output<Schema>[] =>
    readdirSync(join(folder, kind))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => loadYaml(join(folder, kind, name), schema));
  return {
    departments: all('departments', department),
    agreements: all('agreements', agreement),
    systems: loadYaml(join(folder, 'systems.yaml'), systems).systems,
    jointCheck: readJointCheck(join(folder, 'joint-check.yaml')),
  };
}

const naming = z.looseObject({ applicant: z.string() });

/** `${APPLICANT}` stands for the applicant that the file names. */
function readJointCheck(file: string): JointCheck {
  return loadYaml(file, jointCheck, (value) => {
    const named = naming.safeParse(value);
    return named.success ? fillIn(value, named.data.applicant) : value;
  });
}

function fillIn(value: unknown, applicant: string): unknown {
  if (value === '${APPLICANT}') return applicant;
  if (Array.isArray(value)) return value.map((item) => fillIn(item, applicant));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fillIn(item, applicant)]));
}
