import { z } from 'zod';
import { operators } from '#exchange/exchange-request.js';
import { fieldName, resourceId, title } from '#exchange/names.js';
import { fieldTypes, type FieldType } from '#privacy/field-type.js';

export type { FieldType };

export const field = z.strictObject({
  type: z.enum(fieldTypes),
  title,
  /** What the department can filter on at all. What a consumer may filter on, its agreement says. */
  operators: z.array(z.enum(operators)).default([]),
});
export type Field = z.infer<typeof field>;

/** How a department may share: GB/T 21063.3's 共享类型. */
export const sharing = z.enum(['unconditional', 'conditional', 'none']);

/** A resource as its department publishes it: nothing of the source behind it. */
export const resource = z.strictObject({
  id: resourceId,
  title,
  sharing,
  fields: z.record(fieldName, field),
});
export type Resource = z.infer<typeof resource>;

/** Own members only: `constructor` is a fine name for a field, and every object seems to have one. */
export function fieldOf(resource: Resource, name: string): Field | undefined {
  return Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined;
}
