import { z } from 'zod';
import { condition, legalBasis, LIMITS, operators } from '#exchange/exchange-request.js';
import { agreementId, fieldName, purposeCode, resourceId, systemId } from '#exchange/names.js';
import { transform } from '#privacy/transform.js';

export const agreedField = z.strictObject({
  transform,
  /**
   * How the field may be filtered. Left out: every operator that the resource offers where the transform is `clear`, and
   * none where it is not, since a filter tells the value that the transform hides. On a field that is released in part
   * (`truncate`, `truncate-text`, `generalise`) none can be granted: by days, a filter finds the day that a month hides.
   */
  filter: z.array(z.enum(operators)).optional(),
});

export type AgreedField = z.output<typeof agreedField>;

/** A right to ask: which system may read which fields of which resource, for which purposes, on which legal bases. */
export const agreement = z
  .strictObject({
    id: agreementId,
    version: z.int().min(1),
    consumer: systemId,
    resource: resourceId,
    purposes: z.array(purposeCode).min(1),
    bases: z.array(legalBasis).min(1),
    fields: z.record(fieldName, agreedField).refine((fields) => Object.keys(fields).length > 0, 'names no field'),
    /** Conditions on every row, all of which hold. They may use fields that are not released. */
    rows: z.array(condition).default([]),
    /**
     * Fields that each request must name by `eq`, or by `in` with so many values at the most: `{ resident_id: 1 }` is for
     * one person at a time. Without it the consumer may page through all rows of its scope.
     */
    requires: z.record(fieldName, z.int().min(1).max(LIMITS.listMembers)).optional(),
    maxRows: z.int().min(1).max(LIMITS.rows).default(LIMITS.rows),
    /** Permits for each period, counted in UTC. */
    quota: z.strictObject({ limit: z.int().min(1), per: z.enum(['hour', 'day', 'month']) }).optional(),
    validFrom: z.iso.datetime({ offset: true }),
    /** Exclusive. */
    validUntil: z.iso.datetime({ offset: true }),
    /**
     * From then on it grants nothing, and until `validUntil` goes on to bind requests that other agreements grant: to take
     * a right back never widens another. To end that too, register a version with an earlier `validUntil`.
     */
    withdrawnFrom: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((one) => Date.parse(one.validFrom) < Date.parse(one.validUntil), {
    path: ['validUntil'],
    message: 'must be after validFrom',
  });
export type Agreement = z.output<typeof agreement>;
export type Quota = NonNullable<Agreement['quota']>;
