import { z } from 'zod';
import { departmentId, fieldName, title } from '#exchange/names.js';
import { field, resource } from '#policy/resource.js';

/**
 * What of an adapter's file the gateway may know. Everything else in it (columns, tables, addresses, passwords) is dropped
 * here, before anything is sent.
 */
export const publishedDepartment = z.object({
  department: z.object({ id: departmentId, title }),
  resources: z.array(z.object({ ...resource.shape, fields: z.record(fieldName, z.object(field.shape)) })),
});
