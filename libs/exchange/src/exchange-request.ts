import { z } from 'zod';
import { fieldName, isStorable, purposeCode, resourceId } from './names.js';

export const operators = ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'prefix'] as const;
export type Operator = (typeof operators)[number];

export const LIMITS = {
  /** Rows of one answer. */
  rows: 1000,
  /** Members of one `in` list. */
  listMembers: 500,
  selectedFields: 100,
  conditions: 20,
  /** Bytes of a request body. */
  bodyBytes: 64 * 1024,
  /** Nesting of a request body. */
  bodyDepth: 8,
} as const;

const text = (max: number) => z.string().min(1).max(max).refine(isStorable, 'must be well-formed text without NUL');

const scalar = z.union([
  text(500),
  z
    .number()
    .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'past 2^53: write it as a string'),
  z.boolean(),
]);
export type Scalar = z.infer<typeof scalar>;

/** The type of `value` is checked against the field's own type once the resource is known: see policy/check-request. */
export const condition = z.discriminatedUnion('op', [
  z.strictObject({ field: fieldName, op: z.enum(['eq', 'lt', 'lte', 'gt', 'gte']), value: scalar }),
  z.strictObject({ field: fieldName, op: z.literal('in'), value: z.array(scalar).min(1).max(LIMITS.listMembers) }),
  z.strictObject({ field: fieldName, op: z.literal('between'), value: z.tuple([scalar, scalar]) }),
  z.strictObject({ field: fieldName, op: z.literal('prefix'), value: text(500) }),
]);
export type Condition = z.infer<typeof condition>;

export const legalBasis = z.strictObject({
  law: text(200).meta({ description: 'Name or code of the law', example: '公共租赁住房管理办法' }),
  article: text(100).meta({ example: '第九条' }),
});
export type LegalBasis = z.infer<typeof legalBasis>;

export const ordering = z.strictObject({ field: fieldName, direction: z.enum(['asc', 'desc']).default('asc') });

/** The members of a request, each by itself. */
export const requestMembers = z.strictObject({
  resource: resourceId,
  mode: z.literal('records'),
  purpose: purposeCode,
  basis: legalBasis,
  case: text(100).meta({ description: 'The case file that this request serves' }),
  officer: text(100).meta({ description: 'The official on whose behalf the system asks' }),
  select: z.array(fieldName).min(1).max(LIMITS.selectedFields),
  where: z.array(condition).max(LIMITS.conditions).default([]),
  orderBy: z.array(ordering).max(5).default([]),
  limit: z.int().min(1).max(LIMITS.rows).default(100),
  cursor: text(2000)
    .optional()
    .meta({ description: 'The `next` of the page before. Valid for the same question only' }),
});

/**
 * What one department's system asks another. The officer and the case are required: an oversight body must be able to
 * ask a named person about a named case. They never reach the log; it holds a commitment to them.
 */
export const exchangeRequest = requestMembers
  .refine((request) => new Set(request.select).size === request.select.length, {
    path: ['select'],
    message: 'names a field twice',
  })
  .refine((request) => new Set(request.orderBy.map((one) => one.field)).size === request.orderBy.length, {
    path: ['orderBy'],
    message: 'names a field twice',
  });
export type ExchangeRequest = z.output<typeof exchangeRequest>;
/** As a caller may write it: fields with defaults may be left out. */
export type ExchangeRequestInput = z.input<typeof exchangeRequest>;
