import { isRealDate, toUtc } from '#privacy/calendar.js';
import { formatDecimal } from '#privacy/decimal.js';
import type { FieldType, Value } from '#privacy/field-type.js';
import { SourceFailure } from './source-failure.js';

const WHOLE = /^(-?)0*([0-9]+)(?:\.0+)?$/;
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$/;
const INSTANT = /^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9:]{8})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?$/;
const MIDNIGHT = /^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00:00(?:\.0+)?$/;
const truths: ReadonlyMap<string, boolean> = new Map([
  ['t', true],
  ['true', true],
  ['1', true],
  ['f', false],
  ['false', false],
  ['0', false],
]);

/**
 * A value as a source writes it in text, as the one way in which a release writes it: equal values give equal bytes, from
 * whatever source. `utcOffset` is meant by a time that names none. Throws SOURCE_ANSWER_INVALID for what is no value of
 * the type.
 */
export function readValue(text: string | null, type: FieldType, utcOffset: string): Value {
  if (text === null) return null;
  const value = readers[type](text, utcOffset);
  // The value itself is somebody's: it is not for the log.
  if (value === undefined) throw new SourceFailure('SOURCE_ANSWER_INVALID', `a value that is no ${type}`);
  return value;
}

const readers: Readonly<Record<FieldType, (text: string, utcOffset: string) => Value | undefined>> = {
  string: (text) => text.toWellFormed(),
  integer: readInteger,
  decimal: readDecimal,
  boolean: (text) => truths.get(text),
  date: (text) => {
    const day = MIDNIGHT.exec(text)?.[1] ?? text;
    return isRealDate(day) ? day : undefined;
  },
  timestamp: readTimestamp,
};

function readInteger(text: string): Value | undefined {
  const [, sign, digits] = WHOLE.exec(text) ?? [];
  if (sign === undefined || digits === undefined) return undefined;
  const units = BigInt(`${sign}${digits}`);
  const number = Number(units);
  return Number.isSafeInteger(number) ? number : units.toString();
}

/** Also reads the exponents in which databases write floats. */
function readDecimal(text: string): Value | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  const shift = Number(exponent);
  const units = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  const scale = fraction.length - shift;
  return formatDecimal(scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 });
}

function readTimestamp(text: string, utcOffset: string): Value | undefined {
  const [, day, time, fraction, offset] = INSTANT.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  return toUtc(`${day}T${time}${fraction === undefined ? '' : `.${fraction}`}${longOffset(offset ?? utcOffset)}`);
}

/** PostgreSQL writes +08 where RFC 3339 wants +08:00. */
function longOffset(offset: string): string {
  if (offset === 'Z') return offset;
  return `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`;
}
