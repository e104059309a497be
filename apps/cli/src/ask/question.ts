import { z } from 'zod';
import { exchangeRequest, type Condition, type ExchangeRequestInput } from '#exchange/exchange-request.js';
import { CliError } from '../cli-error.js';

/** The options of `sluice ask` that say what is asked. */
export const questionFlags = z.object({
  resource: z.string().optional(),
  select: z.array(z.string()).optional(),
  where: z.array(z.string()).default([]),
  orderBy: z.array(z.string()).optional(),
  limit: z.coerce.number().optional(),
  cursor: z.string().optional(),
  purpose: z.string().optional(),
  law: z.string().optional(),
  article: z.string().optional(),
  case: z.string().optional(),
  officer: z.string().optional(),
});
export type QuestionFlags = z.output<typeof questionFlags>;

const loose = z.looseObject({ where: z.array(z.looseObject({ field: z.string() })).optional() });

/**
 * The question of the file with what the options say instead. A condition takes the place of those of the file on the same
 * field. Throws CliError USAGE, which names each place that is wrong.
 */
export function toQuestion(
  fromFile: unknown,
  flags: QuestionFlags,
  conditions: readonly Condition[],
): ExchangeRequestInput {
  const file = loose.safeParse(fromFile).data ?? {};
  const named = new Set(conditions.map(({ field }) => field));
  const kept = (file.where ?? []).filter(({ field }) => !named.has(field));
  const { select, resource, limit, cursor, purpose } = flags;
  const given = { resource, select, limit, cursor, purpose, case: flags.case, officer: flags.officer };
  const basis = { law: flags.law, article: flags.article };
  return checked({
    mode: 'records',
    ...file,
    ...withoutGaps(given),
    ...(isEmpty(basis) ? {} : { basis: { ...asObject(file.basis), ...withoutGaps(basis) } }),
    ...(flags.orderBy === undefined ? {} : { orderBy: flags.orderBy.map(readOrdering) }),
    ...(kept.length + conditions.length === 0 ? {} : { where: [...kept, ...conditions] }),
  });
}

/** The resource that is meant, before the whole question is read: its fields say what the conditions' values are. */
export function resourceOf(fromFile: unknown, flags: QuestionFlags): string | undefined {
  return flags.resource ?? z.looseObject({ resource: z.string() }).safeParse(fromFile).data?.resource;
}

function checked(question: unknown): ExchangeRequestInput {
  const result = exchangeRequest.safeParse(question);
  // What was typed is sent, not what was read: what is left out stays left out.
  if (result.success) return question as ExchangeRequestInput;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || '(question)'}: ${message}`);
  const places = issues.join('\n');
  throw new CliError('USAGE', {
    en: `the question is not complete, or not right:\n${places}`,
    zh: `问题不完整或有误：\n${places}`,
  });
}

function readOrdering(text: string): unknown {
  const [field, direction = 'asc'] = text.split(':');
  return { field, direction };
}

function withoutGaps(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  return Object.values(record).every((value) => value === undefined);
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
