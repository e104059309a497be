import type { Condition, Scalar } from '#exchange/exchange-request.js';
import { toUtc } from '#privacy/calendar.js';
import { formatDecimal, parseDecimal } from '#privacy/decimal.js';
import type { FieldType } from '#privacy/field-type.js';

/** What every kind of source can hold exactly: the narrowest is DECIMAL(38,18). */
const WHOLE_DIGITS = 20;
const FRACTION_DIGITS = 18;
/** Databases keep microseconds. */
const SECOND_DIGITS = 6;

/**
 * The condition with its values in the one form in which a release writes them. Its values fit the type already
 * (`#policy/check-condition`). Undefined where a source would have to round one, and so would answer another question.
 */
export function canonicalCondition(condition: Condition, type: FieldType): Condition | undefined {
  const values: readonly Scalar[] = Array.isArray(condition.value) ? condition.value : [condition.value];
  const canonical = values.map((value) => canonicalScalar(value, type)).filter((value) => value !== undefined);
  if (canonical.length < values.length) return undefined;
  return { ...condition, value: Array.isArray(condition.value) ? canonical : canonical[0] } as Condition;
}

function canonicalScalar(value: Scalar, type: FieldType): Scalar | undefined {
  switch (type) {
    case 'decimal':
      return exactDecimal(String(value));
    case 'timestamp':
      return exactTimestamp(String(value));
    case 'string':
    case 'integer':
    case 'boolean':
    case 'date':
      return value;
  }
}

function exactDecimal(text: string): string | undefined {
  const parsed = parseDecimal(text);
  if (parsed === undefined) return undefined;
  const shortest = formatDecimal(parsed);
  const [whole = '', fraction = ''] = shortest.replace('-', '').split('.');
  return whole.length <= WHOLE_DIGITS && fraction.length <= FRACTION_DIGITS ? shortest : undefined;
}

function exactTimestamp(text: string): string | undefined {
  const utc = toUtc(text);
  const fraction = utc?.split('.')[1] ?? 'Z';
  return fraction.length - 1 <= SECOND_DIGITS ? utc : undefined;
}
