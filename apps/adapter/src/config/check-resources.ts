import { departmentOf } from '#exchange/names.js';
import { operatorSuits } from '#policy/check-condition.js';
import type { Field } from '#policy/resource.js';
import { checkTemplate } from '../source/http/request-template.js';
import type { AnyResource } from './department-resource.js';
import type { ConfigIssue } from './expand-variables.js';

interface Described {
  readonly department: { readonly id: string };
  readonly resources: readonly AnyResource[];
}

/** What the shapes cannot say: that names agree with each other, and that operators fit types and templates. */
export function checkResources(config: Described): ConfigIssue[] {
  const issues = config.resources.flatMap((resource, index) =>
    [
      ...checkId(resource, index, config),
      ...checkNames(resource, 'key'),
      ...checkNames(resource, 'subjects'),
      ...checkOperators(resource.fields),
      ...('path' in resource.from ? checkTemplate(resource.from, resource.fields) : []),
    ].map((issue) => ({ ...issue, path: ['resources', index, ...issue.path] })),
  );
  return issues;
}

function checkId(resource: AnyResource, index: number, config: Described): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (departmentOf(resource.id) !== config.department.id) {
    issues.push({ path: ['id'], message: `must start with ${config.department.id}/` });
  }
  if (config.resources.findIndex((other) => other.id === resource.id) < index) {
    issues.push({ path: ['id'], message: 'is the id of a resource above' });
  }
  return issues;
}

function checkNames(resource: AnyResource, member: 'key' | 'subjects'): ConfigIssue[] {
  const names = resource[member] ?? [];
  return names.flatMap((name, index) => {
    if (names.indexOf(name) < index) return [{ path: [member, index], message: `names ${name} twice` }];
    return Object.hasOwn(resource.fields, name)
      ? []
      : [{ path: [member, index], message: `there is no field ${name}` }];
  });
}

function checkOperators(fields: Readonly<Record<string, Field>>): ConfigIssue[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) return [{ path: ['fields'], message: 'names no field' }];
  return entries.flatMap(([name, { type, operators }]) =>
    operators.flatMap((operator, index) =>
      operatorSuits(operator, type)
        ? []
        : [{ path: ['fields', name, 'operators', index], message: `${operator} cannot be asked of a ${type}` }],
    ),
  );
}
