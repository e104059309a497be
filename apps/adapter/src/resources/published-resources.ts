import { z } from 'zod';
import { departmentId, title } from '#exchange/names.js';
import { resource, type Resource } from '#policy/resource.js';
import type { DepartmentConfig } from '../config/department.js';

/** What a department tells of itself. */
export const publication = z.strictObject({
  department: z.strictObject({ id: departmentId, title }),
  resources: z.array(resource),
});
export type Publication = z.infer<typeof publication>;

/** What is shared, without all that speaks of the source: tables, columns, paths, keys. */
export function publicationOf({ department, resources }: DepartmentConfig): Publication {
  const shared = resources.filter(({ sharing }) => sharing !== 'none');
  return { department, resources: shared.map((one) => publishedResource(one)) };
}

function publishedResource({ id, title: name, sharing, fields }: DepartmentConfig['resources'][number]): Resource {
  const published = Object.entries<Resource['fields'][string]>(fields).map(([field, one]) => {
    return [field, { type: one.type, title: one.title, operators: one.operators }] as const;
  });
  return { id, title: name, sharing, fields: Object.fromEntries(published) };
}
