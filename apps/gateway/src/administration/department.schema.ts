import { z } from 'zod';
import { publicJwkSchema } from '#exchange/keys.js';
import { departmentId, departmentOf, title } from '#exchange/names.js';
import { resource } from '#policy/resource.js';

/** Where an adapter listens. No credentials, query or fragment: the path gets `/v1/release` appended. */
export const adapterUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .max(500)
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username + password + search + hash === '';
  }, 'must hold no credentials, query or fragment')
  .meta({ example: 'http://127.0.0.1:8811' });

const members = {
  title,
  adapterUrl: adapterUrl.optional().meta({ description: 'Absent where the department only asks' }),
  keys: z.array(publicJwkSchema).max(20).default([]).meta({ description: 'What its adapter signs releases with' }),
  resources: z.array(resource).max(500).default([]),
};

export const departmentBody = z
  .strictObject(members)
  .refine(({ resources }) => new Set(resources.map(({ id }) => id)).size === resources.length, {
    path: ['resources'],
    message: 'names a resource twice',
  })
  .refine(({ resources, adapterUrl: url, keys }) => resources.length === 0 || (url !== undefined && keys.length > 0), {
    path: ['adapterUrl'],
    message: 'a department with resources needs an adapter and a key of it',
  });
export type DepartmentBody = z.output<typeof departmentBody>;

export const department = z.strictObject({ id: departmentId, ...members });
export type Department = z.output<typeof department>;

/** The resources, by JSON Pointer, that are another department's by name. */
export function strangers(id: string, { resources }: DepartmentBody): readonly string[] {
  return resources.flatMap((one, index) => (departmentOf(one.id) === id ? [] : [`/resources/${index}/id`]));
}
