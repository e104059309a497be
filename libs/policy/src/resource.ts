import { z } from 'zod';
import { operators } from '#exchange/exchange-request.js';
import { fieldName, resourceId, title } from '#exchange/names.js';

export const fieldTypes = ['string', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const;
export type FieldType = (typeof fieldTypes)[number];

/**
 * How values of a type are written in requests and answers: `integer` as a JSON number or, past 2^53, a string of digits;
 * `decimal` as a string; `date` as YYYY-MM-DD; `timestamp` as RFC 3339 with an offset, answered in UTC.
 */
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
