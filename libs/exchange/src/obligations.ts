import { z } from 'zod';
import { transform } from '#privacy/transform.js';
import { condition, LIMITS, operators } from './exchange-request.js';
import { fieldName } from './names.js';

/** What a permit binds the adapter to. Every member is strict: an obligation that an adapter does not know is a denial. */
export const obligations = z.strictObject({
  /** The fields that may be selected, each with what is done to it. A field that is not named may not be released. */
  fields: z.record(fieldName, transform),
  /** The fields that may be filtered on, and how: filtering on a hidden field discloses it. */
  filters: z.record(fieldName, z.array(z.enum(operators))),
  /** Conditions that every row meets, whatever the request says. All of them hold at once. */
  rows: z.array(condition),
  /**
   * The fields that a request must name by `eq`, or by `in` with so many values at the most. Each of them. Absent where
   * the request is free to name none.
   */
  requires: z.record(fieldName, z.int().min(1).max(LIMITS.listMembers)).optional(),
  /** Rows of one answer at the most. */
  maxRows: z.int().min(1),
});
export type Obligations = z.infer<typeof obligations>;
