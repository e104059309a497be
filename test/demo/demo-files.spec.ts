import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml } from '#platform/config/load-yaml.js';
import { agreement } from '#policy/agreement.js';
import { checkAgreement } from '#policy/check-agreement.js';
import type { Field, Resource } from '#policy/resource.js';
import { departmentConfig } from '../../apps/adapter/src/config/department.js';
import type { AnyResource } from '../../apps/adapter/src/config/department-resource.js';
import { expandVariables } from '../../apps/adapter/src/config/expand-variables.js';

const folder = join(import.meta.dirname, '..', '..', 'deploy', 'demo');
const variables = { SOURCE_URL: 'postgres://reader@127.0.0.1/source', SOURCES: '/sources' };
const filesOf = (kind: string) => readdirSync(join(folder, kind)).map((name) => join(folder, kind, name));

const departments = filesOf('departments').map((file) =>
  loadYaml(file, departmentConfig, (value) => expandVariables(value, variables)),
);
const agreements = filesOf('agreements').map((file) => loadYaml(file, agreement));

it('describes four departments, each in a file that its adapter takes', () => {
  expect(departments.map(({ department, kind }) => [department.id, kind])).toEqual([
    ['population', 'postgres'],
    ['real-estate', 'files'],
    ['social-security', 'postgres'],
    ['transport', 'files'],
  ]);
});

it('agrees only on what the departments have', () => {
  const resources = departments.flatMap((one): readonly AnyResource[] => one.resources).map(published);
  const findings = agreements.map((one) => {
    const shared = resources.find(({ id }) => id === one.resource);
    return [one.id, shared === undefined ? 'no such resource' : checkAgreement(shared, one)];
  });
  expect(findings).toEqual(agreements.map(({ id }) => [id, []]));
});

function published({ id, title, sharing, fields }: AnyResource): Resource {
  const visible = Object.entries<Field>(fields).map(([name, field]) => {
    return [name, { type: field.type, title: field.title, operators: field.operators }] as const;
  });
  return { id, title, sharing, fields: Object.fromEntries(visible) };
}
