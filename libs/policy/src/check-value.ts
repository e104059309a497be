import { isRealDate, toUtc } from '#privacy/calendar.js';
import { compareDecimals, parseDecimal } from '#privacy/decimal.js';
import type { FieldType } from '#privacy/field-type.js';
import type { Scalar } from '#exchange/exchange-request.js';

/** Every database holds whole numbers of 64 bits, signed; few hold more. */
const LEAST_INTEGER = -(2n ** 63n);
const GREATEST_INTEGER = 2n ** 63n - 1n;
/** What the narrowest of the databases' exact decimals holds. */
const DECIMAL_DIGITS = 38;

/** One way to write a value: how a type's values are checked and, where the type has an order of ours, compared. */
interface ValueRule {
  readonly fits: (value: Scalar) => boolean;
  /** What a caller should have written. */
  readonly wanted: string;
  /** Of two values that fit. Negative, zero or positive. */
  readonly compare?: (a: Scalar, b: Scalar) => number;
}

const rules: Readonly<Record<FieldType, ValueRule>> = {
  /** Texts have the order of the source's collation, which only the source knows. */
  string: { fits: (value) => typeof value === 'string', wanted: 'a text' },
  integer: {
    fits: isInteger,
    wanted: 'a whole number of 64 bits: a JSON number, or past 2^53 a string of digits',
    compare: compareNumbers,
  },
  decimal: {
    fits: isDecimal,
    wanted: `a decimal as a string, like "12.50", of ${DECIMAL_DIGITS} digits at the most`,
    compare: compareNumbers,
  },
  boolean: { fits: (value) => typeof value === 'boolean', wanted: 'true or false' },
  date: {
    fits: (value) => typeof value === 'string' && isRealDate(value),
    wanted: 'a date that exists, as YYYY-MM-DD',
    compare: (a, b) => compareTexts(String(a), String(b)),
  },
  timestamp: {
    fits: (value) => typeof value === 'string' && toUtc(value) !== undefined,
    wanted: 'an RFC 3339 timestamp with an offset, like "2026-03-01T08:00:00+08:00"',
    compare: (a, b) => compareTexts(instantOf(a), instantOf(b)),
  },
};

/** What is wrong with the value for a field of the type; nothing if it fits. Never repeats the value. */
export function valueMismatch(value: Scalar, type: FieldType): string | undefined {
  return rules[type].fits(value) ? undefined : `must be ${rules[type].wanted}`;
}

/** Whether two values of the type that fit are known to be in the wrong order. */
export function isReversed(low: Scalar, high: Scalar, type: FieldType): boolean {
  const { compare } = rules[type];
  return compare !== undefined && compare(low, high) > 0;
}

/** Each whole number has one way to be written: a string is for those that a JSON number cannot hold. */
function isInteger(value: Scalar): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'string') return false;
  const parsed = parseDecimal(value);
  if (parsed?.scale !== 0) return false;
  const { units } = parsed;
  return !Number.isSafeInteger(Number(units)) && LEAST_INTEGER <= units && units <= GREATEST_INTEGER;
}

function isDecimal(value: Scalar): boolean {
  return (
    typeof value === 'string' &&
    parseDecimal(value) !== undefined &&
    value.replace(/[-.]/g, '').length <= DECIMAL_DIGITS
  );
}

function compareNumbers(a: Scalar, b: Scalar): number {
  const [x, y] = [parseDecimal(String(a)), parseDecimal(String(b))];
  return x === undefined || y === undefined ? 0 : compareDecimals(x, y);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Without its `Z`, an instant's text sorts as the instant does. */
function instantOf(value: Scalar): string {
  return toUtc(String(value))?.slice(0, -1) ?? '';
}
